package dev.nauarch.nodeagent.runtime.process;

import static dev.nauarch.nodeagent.system.NativeCall.check;
import static dev.nauarch.nodeagent.system.NativeCall.function;
import static dev.nauarch.nodeagent.system.NativeCall.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

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

  private static final MethodHandle OPEN = function("open", JAVA_INT, 2, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle READ =
      function("read", JAVA_LONG, -1, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      function("write", JAVA_LONG, -1, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle MKFIFO = function("mkfifo", JAVA_INT, -1, ADDRESS, JAVA_INT);
  private static final MethodHandle KILL = function("kill", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETNS = function("setns", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      function("ioctl", JAVA_INT, 2, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle EPOLL_CREATE =
      function("epoll_create1", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      function("epoll_ctl", JAVA_INT, -1, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_WAIT =
      function("epoll_wait", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /** The kernel packs epoll_event on x86-64 and nowhere else. */
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

  /** Bytes of one epoll_event. */
  static final int EPOLL_EVENT_BYTES = PACKED ? 12 : 16;

  /** Where an epoll_event keeps what the caller gave it. */
  static final int EPOLL_EVENT_TOKEN = PACKED ? 4 : 8;

  private Posix() {}

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
