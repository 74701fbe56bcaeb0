package dev.nauarch.nodeagent.runtime.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.nauarch.nodeagent.runtime.ContainerConfig.Interaction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who is attached to one container: they hear what it writes from then on, and what they write is
 * its input. The input's pipe is held open here, so that the container's program does not see its
 * end when somebody leaves, but for a program that wants to see just that ({@code stdinOnce}).
 */
final class Attachments {

  private static final int CLOSED = -1;
  private static final long FULL_PAUSE_MILLIS = 5;

  private final Interaction interaction;
  private final Path pipe;
  private final List<AttachSession> sessions = new CopyOnWriteArrayList<>();
  private int input = CLOSED;
  private boolean hasEnded;

  /**
   * @param pipe the named pipe that is the container's input
   */
  Attachments(Interaction interaction, Path pipe) {
    this.interaction = interaction;
    this.pipe = pipe;
  }

  /** Holds the input open; called before the container's program is started. */
  synchronized void open() throws IOException {
    if (interaction.hasPipe() && input == CLOSED) {
      // For reading too, so that opening waits for nobody.
      input = Posix.open(pipe.toString(), Posix.O_RDWR | Posix.O_NONBLOCK);
    }
  }

  boolean tty() {
    return interaction.tty();
  }

  /** Somebody comes. */
  synchronized void add(AttachSession session) {
    if (hasEnded) {
      session.end();
    } else {
      sessions.add(session);
    }
  }

  /** Somebody leaves. */
  void remove(AttachSession session) {
    sessions.remove(session);
    if (session.hasInput() && interaction.stdinOnce()) {
      closeInput();
    }
  }

  /**
   * Somebody has nothing more to say: a program that wants to see that does and is heard to its
   * end, and from any other they part. A terminal has no end.
   */
  void inputEnded(AttachSession session) {
    if (interaction.tty()) {
      return;
    }
    if (interaction.stdinOnce()) {
      closeInput();
    } else {
      session.close();
    }
  }

  /** The container has written something. Called on the pipes' thread. */
  void written(boolean isError, byte[] bytes, int count) {
    for (var session : sessions) {
      session.accept(isError, bytes, count);
    }
  }

  /** The container is gone. */
  void end() {
    List<AttachSession> left;
    synchronized (this) {
      hasEnded = true;
      left = List.copyOf(sessions);
      sessions.clear();
    }
    closeInput();
    left.forEach(AttachSession::end);
  }

  private synchronized void closeInput() {
    if (input != CLOSED) {
      Posix.close(input);
      input = CLOSED;
    }
  }

  /**
   * Writes to the container's input, and waits while it does not read.
   *
   * @throws IOException where its input was closed
   */
  void write(byte[] bytes, int offset, int count) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(Math.max(1, count));
      MemorySegment.copy(bytes, offset, buffer, JAVA_BYTE, 0, count);
      for (var done = 0L; done < count; ) {
        var written = writeOnce(buffer.asSlice(done, count - done));
        if (written == -Posix.EAGAIN) {
          Thread.sleep(FULL_PAUSE_MILLIS);
        } else if (written < 0) {
          throw new IOException("writing to a container failed with errno " + -written);
        } else {
          done += written;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private synchronized long writeOnce(MemorySegment rest) throws IOException {
    if (input == CLOSED) {
      throw new IOException("the container's input is closed");
    }
    return Posix.write(input, rest);
  }
}
