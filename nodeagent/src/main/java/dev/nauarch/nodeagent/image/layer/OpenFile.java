package dev.nauarch.nodeagent.image.layer;

import static dev.nauarch.nodeagent.system.NativeCall.check;
import static dev.nauarch.nodeagent.system.NativeCall.function;
import static dev.nauarch.nodeagent.system.NativeCall.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** A file that is being written. */
final class OpenFile implements AutoCloseable {
  static final int EOPNOTSUPP = 95;

  private static final MethodHandle CLOSE = function("close", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle PWRITE =
      function("pwrite", JAVA_LONG, -1, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FTRUNCATE =
      function("ftruncate", JAVA_INT, -1, JAVA_INT, JAVA_LONG);
  private static final MethodHandle FCHMOD = function("fchmod", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHOWN =
      function("fchown", JAVA_INT, -1, JAVA_INT, JAVA_INT, JAVA_INT);

  private final int fd;

  OpenFile(int fd) {
    this.fd = fd;
  }

  /** Writes at a place; what is skipped reads as zeros and takes no room. */
  void write(byte[] bytes, int count, long position) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(Math.max(1, count));
      MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, count);
      for (var done = 0L; done < count; ) {
        var rest = buffer.asSlice(done, count - done);
        var at = position + done;
        done +=
            check(
                "writing",
                result(e -> (long) PWRITE.invokeExact(e, fd, rest, rest.byteSize(), at)));
      }
    }
  }

  void setSize(long size) throws IOException {
    check("setting a size", result(e -> (int) FTRUNCATE.invokeExact(e, fd, size)));
  }

  void setOwner(int user, int group) throws IOException {
    check("giving away a file", result(e -> (int) FCHOWN.invokeExact(e, fd, user, group)));
  }

  void setRights(int rights) throws IOException {
    check("setting rights", result(e -> (int) FCHMOD.invokeExact(e, fd, rights)));
  }

  /** Sets an extended attribute; false where they are not had here. */
  boolean setAttribute(String name, byte[] value) throws IOException {
    return Directory.setAttribute(fd, name, value);
  }

  @Override
  public void close() {
    result(e -> (int) CLOSE.invokeExact(e, fd));
  }
}
