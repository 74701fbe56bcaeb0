package dev.nauarch.nodeagent.runtime.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few system calls of Linux that Java has no words for: named pipes read without blocking, many
 * of them waited for at once, signals, pseudo terminals, namespaces. Numbers are those of x86-64
 * and arm64.
 */
public final class Posix {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int EPOLLIN = 1;
  static final int EAGAIN = 11;
  static final int EINTR = 4;
  static final int EIO = 5;
  private static final long TIOCSWINSZ = 0x5414;
  static final long TIOCGPTN = 0x80045430L;
  static final long TIOCSPTLCK = 0x40045431L;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN = call("open", JAVA_INT, 2, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle READ =
      call("read", JAVA_LONG, -1, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      call("write", JAVA_LONG, -1, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle MKFIFO = call("mkfifo", JAVA_INT, -1, ADDRESS, JAVA_INT);
  private static final MethodHandle KILL = call("kill", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETNS = call("setns", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      call("ioctl", JAVA_INT, 2, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle EPOLL_CREATE = call("epoll_create1", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      call("epoll_ctl", JAVA_INT, -1, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_WAIT =
      call("epoll_wait", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /** The kernel packs epoll_event on x86-64 and nowhere else. */
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

  /** Bytes of one epoll_event. */
  static final int EPOLL_EVENT_BYTES = PACKED ? 12 : 16;

  /** Where an epoll_event keeps what the caller gave it. */
  static final int EPOLL_EVENT_TOKEN = PACKED ? 4 : 8;

  private Posix() {}

  // The launcher passes --enable-native-access.
  @SuppressWarnings("restricted")
  private static MethodHandle call(
      String name, MemoryLayout result, int firstVariadic, MemoryLayout... parameters) {
    var address = LINKER.defaultLookup().findOrThrow(name);
    var descriptor = FunctionDescriptor.of(result, parameters);
    var errno = Linker.Option.captureCallState("errno");
    return firstVariadic < 0
        ? LINKER.downcallHandle(address, descriptor, errno)
        : LINKER.downcallHandle(
            address, descriptor, errno, Linker.Option.firstVariadicArg(firstVariadic));
  }

  /** A call whose arguments are all set but the place for errno. */
  private interface Bound {
    long apply(MemorySegment errno) throws Throwable;
  }

  /** Runs a call; a failure is given back as minus errno. */
  private static long result(Bound bound) {
    try (var arena = Arena.ofConfined()) {
      var errno = arena.allocate(ERRNO);
      var answer = bound.apply(errno);
      return answer < 0 ? -(int) ERRNO_VALUE.get(errno, 0L) : answer;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call threw", e);
    }
  }

  private static long check(String what, long answer) throws IOException {
    if (answer < 0) {
      throw new IOException(what + " failed with errno " + -answer);
    }
    return answer;
  }

  /** Opens a file and gives its descriptor. */
  static int open(String path, int flags) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path);
      return (int)
          check("opening " + path, result(e -> (int) OPEN.invokeExact(e, name, flags | O_CLOEXEC)));
    }
  }

  /** Closes a descriptor. */
  static void close(int fd) {
    result(e -> (int) CLOSE.invokeExact(e, fd));
  }

  /** Bytes read, 0 at the end, or minus errno. */
  static long read(int fd, MemorySegment buffer) {
    return result(e -> (long) READ.invokeExact(e, fd, buffer, buffer.byteSize()));
  }

  /** Bytes written, or minus errno. */
  static long write(int fd, MemorySegment buffer) {
    return result(e -> (long) WRITE.invokeExact(e, fd, buffer, buffer.byteSize()));
  }

  /** Makes a named pipe that only its owner may use. */
  static void mkfifo(String path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path);
      check("making the pipe " + path, result(e -> (int) MKFIFO.invokeExact(e, name, 0600)));
    }
  }

  /** Sends a signal; false where there is no such process any more. */
  public static boolean kill(long pid, int signal) {
    if (pid <= 1) {
      throw new IllegalArgumentException("no container has the pid " + pid);
    }
    return result(e -> (int) KILL.invokeExact(e, (int) pid, signal)) == 0;
  }

  /** Moves this thread, for good, into the network namespace that a file stands for. */
  static void enterNetwork(String file) throws IOException {
    var fd = open(file, O_RDONLY);
    try {
      check("entering " + file, result(e -> (int) SETNS.invokeExact(e, fd, CLONE_NEWNET)));
    } finally {
      close(fd);
    }
  }

  /** Controls a device. */
  static void ioctl(int fd, long request, MemorySegment argument) throws IOException {
    check("ioctl", result(e -> (int) IOCTL.invokeExact(e, fd, request, argument)));
  }

  /** Changes the size of a terminal; whoever runs on it is told. */
  static void resizeTerminal(int fd, int columns, int rows) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var size = arena.allocate(8, 2);
      size.set(JAVA_SHORT, 0, (short) rows);
      size.set(JAVA_SHORT, 2, (short) columns);
      ioctl(fd, TIOCSWINSZ, size);
    }
  }

  /** A new set of descriptors to wait for. */
  static int epollCreate() throws IOException {
    return (int) check("epoll_create1", result(e -> (int) EPOLL_CREATE.invokeExact(e, O_CLOEXEC)));
  }

  /** Adds a descriptor to a set; the token comes back with its events. */
  static void epollAdd(int epoll, int fd, long token) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var event = arena.allocate(EPOLL_EVENT_BYTES, 4);
      event.set(JAVA_INT, 0, EPOLLIN);
      event.set(JAVA_LONG.withByteAlignment(4), EPOLL_EVENT_TOKEN, token);
      check(
          "epoll_ctl",
          result(e -> (int) EPOLL_CTL.invokeExact(e, epoll, EPOLL_CTL_ADD, fd, event)));
    }
  }

  /** Takes a descriptor out of a set. */
  static void epollRemove(int epoll, int fd) {
    result(e -> (int) EPOLL_CTL.invokeExact(e, epoll, EPOLL_CTL_DEL, fd, MemorySegment.NULL));
  }

  /** Waits without end for events; how many there are, or minus errno. */
  static int epollWait(int epoll, MemorySegment events, int timeoutMillis) {
    var most = (int) (events.byteSize() / EPOLL_EVENT_BYTES);
    return (int) result(e -> (int) EPOLL_WAIT.invokeExact(e, epoll, events, most, timeoutMillis));
  }
}
