package dev.nauarch.apiserver.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes audit events to a file, on a thread of its own. Requests never wait for it: where the disk
 * is slower than requests come, or can't be written, events are lost, and the server's log and its
 * metrics say how many.
 */
public final class AuditLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final int EVENTS_MAX = 10_000;
  private static final long BYTES_MAX = 128L << 20;
  private static final int BATCH_MAX = 512;
  private static final Duration TOLD_ONCE_IN = Duration.ofSeconds(10);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final AuditFile file;
  private final BlockingQueue<AuditEvent> queue = new ArrayBlockingQueue<>(EVENTS_MAX);
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;
  private long toldLost;
  private long toldAtNanos;
  private boolean isTold;

  private AuditLog(AuditFile file) {
    this.file = file;
    this.thread = Thread.ofPlatform().daemon().name("audit-log").unstarted(this::run);
  }

  /**
   * Opens the file.
   *
   * @throws IOException when it can't be written
   */
  static AuditLog open(AuditOptions options, InstantSource clock) throws IOException {
    var file = new AuditFile(options, clock);
    file.open();
    var log = new AuditLog(file);
    log.thread.start();
    return log;
  }

  /** Takes an event, or loses it. */
  void offer(AuditEvent event) {
    var bytes = event.bytes();
    if (queuedBytes.addAndGet(bytes) > BYTES_MAX || !queue.offer(event)) {
      queuedBytes.addAndGet(-bytes);
      lost.incrementAndGet();
    }
  }

  /** How many events were written. */
  public long written() {
    return written.get();
  }

  /** How many events were lost. */
  public long lost() {
    return lost.get();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    var batch = new ArrayList<AuditEvent>();
    while (!closed || !queue.isEmpty()) {
      try {
        var first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH_MAX);
          write(batch);
          batch.clear();
        }
        tell("requests come faster than they can be written down");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    file.abandon();
  }

  private void write(List<AuditEvent> batch) {
    int done = 0;
    try {
      for (var event : batch) {
        queuedBytes.addAndGet(-event.bytes());
        file.write(event.line());
        done++;
      }
      file.flush();
      written.addAndGet(done);
    } catch (IOException | RuntimeException e) {
      // How much of the batch the disk still took is not known.
      file.abandon();
      for (var event : batch.subList(Math.min(done + 1, batch.size()), batch.size())) {
        queuedBytes.addAndGet(-event.bytes());
      }
      lost.addAndGet(batch.size());
      tell("the audit log can't be written: " + e);
    }
  }

  private void tell(String why) {
    var now = System.nanoTime();
    var all = lost.get();
    if (all > toldLost && (!isTold || now - toldAtNanos > TOLD_ONCE_IN.toNanos())) {
      LOG.error("{} audit events are lost, {} in all: {}", all - toldLost, all, why);
      toldLost = all;
      toldAtNanos = now;
      isTold = true;
    }
  }
}
