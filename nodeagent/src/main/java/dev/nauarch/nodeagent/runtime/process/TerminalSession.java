package dev.nauarch.nodeagent.runtime.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program inside a container whose streams are one pseudo terminal. Reading blocks a thread in
 * the kernel, so its reader should not be a virtual one.
 */
final class TerminalSession implements ExecSession {
  private static final Logger LOG = LoggerFactory.getLogger(TerminalSession.class);

  private final int fd;
  private final Process process;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TerminalSession(int fd, Process process) {
    this.fd = fd;
    this.process = process;
  }

  static TerminalSession start(List<String> command, Map<String, String> environment)
      throws IOException {
    var fd = Posix.open("/dev/ptmx", Posix.O_RDWR | Posix.O_NOCTTY);
    try (var arena = Arena.ofConfined()) {
      var number = arena.allocate(JAVA_INT);
      Posix.ioctl(fd, Posix.TIOCSPTLCK, number);
      Posix.ioctl(fd, Posix.TIOCGPTN, number);
      var terminal = "/dev/pts/" + number.get(JAVA_INT, 0);
      var words = new ArrayList<String>();
      words.addAll(List.of("/bin/sh", "-c"));
      words.add("exec /usr/bin/setsid --ctty \"$@\" <\"$0\" >\"$0\" 2>&1");
      words.add(terminal);
      words.addAll(command);
      var builder = new ProcessBuilder(words);
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().putIfAbsent("TERM", "xterm");
      return new TerminalSession(fd, builder.start());
    } catch (IOException e) {
      Posix.close(fd);
      throw e;
    }
  }

  @Override
  public OutputStream stdin() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        try (var arena = Arena.ofConfined()) {
          var buffer = arena.allocate(Math.max(1, count));
          MemorySegment.copy(bytes, offset, buffer, JAVA_BYTE, 0, count);
          for (var done = 0L; done < count; ) {
            var written = Posix.write(fd, buffer.asSlice(done, count - done));
            if (written < 0) {
              throw new IOException("writing to a terminal failed with errno " + -written);
            }
            done += written;
          }
        }
      }
    };
  }

  @Override
  public InputStream stdout() {
    return new InputStream() {
      @Override
      public int read() {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int count) {
        try (var arena = Arena.ofConfined()) {
          var buffer = arena.allocate(Math.max(1, count));
          var got = Posix.read(fd, buffer);
          while (got == -Posix.EINTR) {
            got = Posix.read(fd, buffer);
          }
          if (got <= 0) {
            // The kernel says EIO once the last program has closed the terminal.
            return -1;
          }
          MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, offset, (int) got);
          return (int) got;
        }
      }
    };
  }

  @Override
  public InputStream stderr() {
    return InputStream.nullInputStream();
  }

  @Override
  public void resize(int columns, int rows) {
    try {
      Posix.resizeTerminal(fd, columns, rows);
    } catch (IOException e) {
      LOG.debug("A terminal could not be resized", e);
    }
  }

  @Override
  public OptionalInt await(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    if (closed.compareAndSet(false, true)) {
      Posix.close(fd);
    }
  }
}
