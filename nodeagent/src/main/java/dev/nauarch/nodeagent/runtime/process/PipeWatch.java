package dev.nauarch.nodeagent.runtime.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all named pipes of all containers on one thread, so that a thousand quiet containers cost
 * no thread each. A reader is called on that thread only and must not wait for anything but a disk.
 */
final class PipeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PipeWatch.class);
  private static final int EVENTS_AT_ONCE = 64;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int WAKE_MILLIS = 1000;

  /** Takes what comes out of a pipe. */
  interface Reader {
    /** Some bytes, valid during the call. */
    void onBytes(byte[] bytes, int count);

    /** The last writer has gone; called once. */
    void onEnd();
  }

  private record Pipe(int fd, Reader reader) {}

  private final int epoll;
  private final Map<Long, Pipe> pipeByToken = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  PipeWatch() throws IOException {
    epoll = Posix.epollCreate();
    thread = Thread.ofPlatform().daemon().name("container-pipes").unstarted(this::run);
    thread.start();
  }

  /**
   * Watches a pipe whose writer opens it later, or has it open.
   *
   * @param mayHaveEnded whether the writer may have come and gone before; a pipe without a writer
   *     is then at its end, and otherwise waits for its first one
   */
  void watch(Path path, boolean mayHaveEnded, Reader reader) throws IOException {
    var fd = Posix.open(path.toString(), Posix.O_RDONLY | Posix.O_NONBLOCK);
    if (mayHaveEnded && drain(new Pipe(fd, reader))) {
      Posix.close(fd);
      reader.onEnd();
      return;
    }
    var token = tokens.incrementAndGet();
    pipeByToken.put(token, new Pipe(fd, reader));
    Posix.epollAdd(epoll, fd, token);
  }

  private void run() {
    try (var arena = Arena.ofConfined()) {
      var events = arena.allocate((long) EVENTS_AT_ONCE * Posix.EPOLL_EVENT_BYTES, 8);
      while (!closed) {
        var count = Posix.epollWait(epoll, events, WAKE_MILLIS);
        for (var i = 0; i < count; i++) {
          var offset = (long) i * Posix.EPOLL_EVENT_BYTES + Posix.EPOLL_EVENT_TOKEN;
          onReady(events.get(JAVA_LONG.withByteAlignment(4), offset));
        }
      }
    } finally {
      pipeByToken.values().forEach(pipe -> Posix.close(pipe.fd()));
      Posix.close(epoll);
    }
  }

  private void onReady(long token) {
    var pipe = pipeByToken.get(token);
    if (pipe == null) {
      return;
    }
    try {
      if (!drain(pipe)) {
        return;
      }
      forget(token, pipe);
      pipe.reader().onEnd();
    } catch (RuntimeException e) {
      LOG.error("A container's output could not be taken; its pipe is closed", e);
      forget(token, pipe);
    }
  }

  private void forget(long token, Pipe pipe) {
    if (pipeByToken.remove(token) != null) {
      Posix.epollRemove(epoll, pipe.fd());
      Posix.close(pipe.fd());
    }
  }

  /**
   * Reads some of what is there, so that a loud pipe does not starve the others; true at the end.
   */
  private static boolean drain(Pipe pipe) {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(BUFFER_BYTES);
      var bytes = new byte[BUFFER_BYTES];
      var count = Posix.read(pipe.fd(), buffer);
      if (count == 0) {
        return true;
      }
      if (count > 0) {
        MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, (int) count);
        pipe.reader().onBytes(bytes, (int) count);
      }
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
