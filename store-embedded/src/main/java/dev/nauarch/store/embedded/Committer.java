package dev.nauarch.store.embedded;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.embedded.LogRecord.Kind;
import dev.nauarch.store.embedded.PendingRequest.Request;
import dev.nauarch.store.history.Decision;
import dev.nauarch.store.history.Snapshot;
import dev.nauarch.store.live.LiveHistory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes writes durable, many at once. Everything here but {@link #submit} and {@link #close} runs
 * in the committer's own platform thread.
 *
 * <p>A batch is decided on a snapshot that nobody sees yet, written, flushed, and only then
 * published and answered. A batch that can't be written is forgotten together with its snapshot.
 */
final class Committer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final int BATCH_LIMIT = 1_024;
  private static final int BATCH_BYTES_MAX = 4 << 20;
  private static final long FULL_RETRY_MILLIS = 50;

  private final StoreDirectory directory;
  private final EmbeddedStoreOptions options;
  private final LiveHistory history;
  private final Snapshotter snapshotter;
  private final BlockingQueue<PendingRequest> queue;
  private final List<PendingRequest> batch = new ArrayList<>();
  private final Thread thread;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
  private LogFile log;
  // Set once, when the disk failed so that what it holds is not known any more.
  private @Nullable IOException broken;
  // Answered last, when the files are closed.
  private @Nullable PendingRequest end;
  private volatile boolean isEnded;

  Committer(
      StoreDirectory directory,
      EmbeddedStoreOptions options,
      LiveHistory history,
      Recovery.Recovered recovered) {
    this.directory = directory;
    this.options = options;
    this.history = history;
    this.log = recovered.log();
    this.snapshotter = new Snapshotter(directory, recovered.snapshotBytes());
    this.queue = new ArrayBlockingQueue<>(options.queueLimit());
    this.thread = Thread.ofPlatform().name("store-committer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Hands over a request, waiting for room.
   *
   * @throws StoreException {@code UNAVAILABLE} once the committer has ended
   */
  void submit(PendingRequest pending) {
    boolean wasInterrupted = false;
    boolean isQueued = false;
    while (!isQueued && !isEnded) {
      try {
        isQueued = queue.offer(pending, FULL_RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException interrupted) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    if (!isQueued) {
      throw closed();
    }
    if (isEnded) {
      // The committer may have left without this one.
      refuseQueued();
    }
  }

  /** Ends after everything submitted before, and flushes. */
  @Override
  public void close() {
    try {
      var end = new PendingRequest(new Request.End());
      submit(end);
      end.await();
    } catch (StoreException alreadyClosed) {
      LOG.debug("The committer had ended before it was closed", alreadyClosed);
    }
  }

  private void run() {
    try {
      while (end == null) {
        commitNext();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      LOG.error("The committer failed; the store takes no more writes", bug);
    } finally {
      isEnded = true;
      closeFiles();
      batch.forEach(pending -> pending.fail(closed()));
      if (end != null) {
        end.answer();
      }
      refuseQueued();
    }
  }

  private void commitNext() throws InterruptedException {
    collect();
    Snapshot before = history.latest();
    Snapshot after = decided(before);
    StoreException failure = buffer.position() > 0 ? flush() : null;
    if (failure != null) {
      batch.forEach(pending -> pending.fail(failure));
      batch.clear();
      return;
    }
    Snapshot shown = after.within(options.history());
    history.publish(shown);
    batch.forEach(PendingRequest::answer);
    batch.clear();
    history.announce(before, shown);
    rotateIfDue(shown);
    if (queue.isEmpty()) {
      witness();
    }
  }

  private void collect() throws InterruptedException {
    long bytes = 0;
    @Nullable PendingRequest next = queue.take();
    while (next != null) {
      if (next.request() instanceof Request.End) {
        end = next;
        return;
      }
      batch.add(next);
      bytes += next.request() instanceof Request.Write(Mutation.Put put) ? put.value().length : 0;
      boolean isFull = batch.size() == BATCH_LIMIT || bytes > BATCH_BYTES_MAX;
      next = isFull ? null : queue.poll();
    }
  }

  /** Prepares the answers, and the records of what changes, as if the batch were durable. */
  private Snapshot decided(Snapshot before) {
    buffer.clear();
    Snapshot state = before;
    for (PendingRequest pending : batch) {
      try {
        state =
            switch (pending.request()) {
              case Request.Write(var mutation) -> decided(state, mutation, pending);
              case Request.Compact(var revision) -> compacted(state, revision);
              case Request.End() -> throw new IllegalStateException("an end is not decided");
            };
      } catch (StoreException refusal) {
        pending.prepare(null, refusal);
      }
    }
    return state;
  }

  private Snapshot decided(Snapshot state, Mutation mutation, PendingRequest pending) {
    return switch (state.decide(mutation)) {
      case Decision.Refusal(var conflict) -> {
        pending.prepare(conflict, null);
        yield state;
      }
      case Decision.Change change -> {
        pending.prepare(change.outcome(), null);
        encode(record(change.event()));
        yield state.with(change.event());
      }
    };
  }

  private Snapshot compacted(Snapshot state, long revision) {
    if (revision <= state.compactedRevision()) {
      return state;
    }
    Snapshot compacted = state.compacted(revision);
    encode(LogRecord.of(Kind.COMPACT, revision, log.flushedBytes()));
    return compacted;
  }

  private LogRecord record(StoreEvent event) {
    return event
        .current()
        .map(
            entry ->
                new LogRecord(
                    Kind.PUT, event.revision(), log.flushedBytes(), entry.key(), entry.value()))
        .orElseGet(
            () ->
                new LogRecord(
                    Kind.DELETE, event.revision(), log.flushedBytes(), event.key(), new byte[0]));
  }

  private void encode(LogRecord record) {
    if (buffer.remaining() < record.bytesMax()) {
      var larger = ByteBuffer.allocateDirect(2 * (buffer.capacity() + record.bytesMax()));
      buffer = larger.put(buffer.flip());
    }
    record.write(buffer);
  }

  private @Nullable StoreException flush() {
    buffer.flip();
    StoreException failure = append();
    if (failure != null && failure.reason() == Reason.NO_SPACE && snapshotter.giveUp()) {
      // The room may have been lent to our own snapshot, which can be written another time.
      return append();
    }
    return failure;
  }

  private @Nullable StoreException append() {
    if (broken != null) {
      return unavailable(broken);
    }
    buffer.rewind();
    try {
      log.append(buffer);
      return null;
    } catch (IOException failure) {
      boolean isFull = isDiskFull(failure, buffer.limit());
      try {
        log.undo();
      } catch (IOException undoFailure) {
        failure.addSuppressed(undoFailure);
        isFull = false;
      }
      if (isFull) {
        return new StoreException(
            Reason.NO_SPACE,
            "the disk of " + directory.path() + " is full: nothing was written, free some space",
            failure);
      }
      // After a failed flush the system forgets what was not written: only a restart can tell.
      broken = failure;
      LOG.error(
          "The log of {} can't be written; the store takes no more writes", directory, failure);
      return unavailable(failure);
    }
  }

  private boolean isDiskFull(IOException failure, long bytesNeeded) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return true;
    }
    try {
      // The message above may be in the language of the machine.
      return Files.getFileStore(directory.path()).getUsableSpace() < bytesNeeded;
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private void rotateIfDue(Snapshot state) {
    if (broken != null || !snapshotter.isDue(log.endBytes(), options.logBytesMax())) {
      return;
    }
    try {
      LogFile next = LogFile.create(directory, state.revision());
      log.close();
      log = next;
      snapshotter.start(state);
    } catch (IOException failure) {
      LOG.warn("No new log could be begun in {}; the old one grows on", directory.path(), failure);
      snapshotter.postpone(log.endBytes());
    }
  }

  /** Vouches for what was flushed, for whoever reads a damaged log. */
  private void witness() {
    if (broken != null || log.flushedBytes() < log.endBytes()) {
      return;
    }
    buffer.clear();
    encode(LogRecord.of(Kind.WITNESS, history.latest().revision(), log.flushedBytes()));
    try {
      log.appendUnflushed(buffer.flip());
    } catch (IOException failure) {
      LOG.debug("No witness was written in {}", directory.path(), failure);
      undoWitness();
    }
  }

  private void undoWitness() {
    try {
      log.undo();
    } catch (IOException failure) {
      broken = failure;
    }
  }

  private void refuseQueued() {
    var left = new ArrayList<PendingRequest>();
    queue.drainTo(left);
    left.forEach(pending -> pending.fail(closed()));
  }

  private void closeFiles() {
    snapshotter.close();
    try {
      log.close();
    } catch (IOException failure) {
      LOG.warn("The log of {} was not closed properly", directory.path(), failure);
    }
  }

  private StoreException unavailable(IOException failure) {
    return new StoreException(
        Reason.UNAVAILABLE,
        "the log of " + directory.path() + " can't be written; reads go on, restart to recover",
        failure);
  }

  private static StoreException closed() {
    return new StoreException(Reason.UNAVAILABLE, "the store is closed");
  }
}
