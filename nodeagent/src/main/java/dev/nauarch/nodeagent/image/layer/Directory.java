package dev.nauarch.nodeagent.image.layer;

import static dev.nauarch.nodeagent.system.NativeCall.check;
import static dev.nauarch.nodeagent.system.NativeCall.function;
import static dev.nauarch.nodeagent.system.NativeCall.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An open directory. Everything is named by one word within it, and no link is ever followed, so
 * that nothing outside can be reached whatever the links in it say.
 */
final class Directory implements AutoCloseable {
  private static final int O_DIRECTORY =
      System.getProperty("os.arch").equals("aarch64") ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW =
      System.getProperty("os.arch").equals("aarch64") ? 0x8000 : 0x20000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC = 0x7ff;
  private static final int STATX_BYTES = 256;

  /** What a layer's archive puts before a name to hide it, so that no other name begins so. */
  static final String HIDING = ".wh.";

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EEXIST = 17;
  static final int ENOTDIR = 20;
  static final int ELOOP = 40;
  private static final int LINK_BYTES_MAX = 4096;

  private static final MethodHandle OPENAT =
      function("openat", JAVA_INT, 3, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, -1, JAVA_INT);
  private static final MethodHandle MKDIRAT =
      function("mkdirat", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle MKNODAT =
      function("mknodat", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SYMLINKAT =
      function("symlinkat", JAVA_INT, -1, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle READLINKAT =
      function("readlinkat", JAVA_LONG, -1, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LINKAT =
      function("linkat", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle UNLINKAT =
      function("unlinkat", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle STATX =
      function("statx", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FCHOWNAT =
      function("fchownat", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMODAT =
      function("fchmodat", JAVA_INT, -1, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = function("fchmod", JAVA_INT, -1, JAVA_INT, JAVA_INT);
  private static final MethodHandle UTIMENSAT =
      function("utimensat", JAVA_INT, -1, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FSETXATTR =
      function("fsetxattr", JAVA_INT, -1, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SYNCFS = function("syncfs", JAVA_INT, -1, JAVA_INT);

  private final int fd;

  private Directory(int fd) {
    this.fd = fd;
  }

  /** A call that takes a name. */
  private interface Named {
    long apply(MemorySegment errno, MemorySegment name) throws Throwable;
  }

  private static long named(String name, Named call) {
    try (var arena = Arena.ofConfined()) {
      var word = arena.allocateFrom(name, StandardCharsets.ISO_8859_1);
      return result(errno -> call.apply(errno, word));
    }
  }

  /** Opens a directory of ours by its path. */
  static Directory open(Path path) throws IOException {
    var flags = O_DIRECTORY | O_CLOEXEC;
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path.toString());
      return new Directory(
          (int)
              check(
                  "opening " + path,
                  result(e -> (int) OPENAT.invokeExact(e, AT_FDCWD, name, flags, 0))));
    }
  }

  /** Opens a directory within this one; the error as minus errno where there is none. */
  private long openAt(String name) {
    var flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    return named(name, (e, word) -> (int) OPENAT.invokeExact(e, fd, word, flags, 0));
  }

  /** A directory within this one; empty where there is none, or something else. */
  Optional<Directory> directory(String name) throws IOException {
    var opened = openAt(name);
    if (opened == -ENOENT || opened == -ENOTDIR || opened == -ELOOP) {
      return Optional.empty();
    }
    return Optional.of(new Directory((int) check("opening " + name, opened)));
  }

  /** The same directory once more. */
  Directory again() throws IOException {
    return new Directory((int) check("opening a directory again", openAt(".")));
  }

  /** What there is of a name. */
  Optional<Inode> inode(String name) throws IOException {
    return inode(name, AT_SYMLINK_NOFOLLOW);
  }

  /** What there is of a name, or of what hides it. */
  Optional<Inode> shown(String name) throws IOException {
    var own = inode(name);
    return own.isPresent() ? own : inode(HIDING + name).map(file -> Inode.WHITEOUT);
  }

  /**
   * Hides a name from whoever sees this directory laid over others. Where the file system takes no
   * device 0/0, as overlayfs itself, a file says it, which is heeded by copies.
   */
  void hide(String name) throws IOException {
    var answer =
        named(
            name, (e, word) -> (int) MKNODAT.invokeExact(e, fd, word, Inode.CHARACTERS | 0600, 0L));
    if (answer == -EPERM) {
      makeFile(HIDING + name).close();
    } else {
      check("hiding " + name, answer);
    }
  }

  /**
   * What there is at a path below: of a path that leads through something that is no directory,
   * that something.
   */
  Optional<Inode> find(List<String> words) throws IOException {
    var first = shown(words.getFirst());
    if (words.size() == 1 || first.isEmpty() || !first.get().isDirectory()) {
      return first;
    }
    try (var next = directory(words.getFirst()).orElseThrow()) {
      return next.find(words.subList(1, words.size()));
    }
  }

  /** What the directory itself is. */
  Inode self() throws IOException {
    return inode("", AT_EMPTY_PATH).orElseThrow();
  }

  private Optional<Inode> inode(String name, int flags) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var stat = arena.allocate(STATX_BYTES, 8);
      var answer =
          named(name, (e, word) -> (int) STATX.invokeExact(e, fd, word, flags, STATX_BASIC, stat));
      if (answer == -ENOENT) {
        return Optional.empty();
      }
      check("looking at " + name, answer);
      return Optional.of(
          new Inode(
              stat.get(JAVA_SHORT, 28) & 0xffff,
              stat.get(JAVA_INT, 20),
              stat.get(JAVA_INT, 24),
              stat.get(JAVA_LONG, 112),
              stat.get(JAVA_INT, 120),
              stat.get(JAVA_LONG, 40),
              stat.get(JAVA_INT, 128),
              stat.get(JAVA_INT, 132)));
    }
  }

  /** The names of all that is in it, each byte a character, in order. */
  List<String> names() throws IOException {
    var names = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(path())) {
      for (var entry : entries) {
        // Names are bytes; toString would lose those that are no text in the machine's locale.
        names.add(Names.of(entry));
      }
    }
    names.sort(null);
    return names;
  }

  /** A path by which Java reaches this directory while it is open. */
  private Path path() {
    return Path.of("/proc/self/fd/" + fd);
  }

  void makeDirectory(String name) throws IOException {
    check(
        "making the directory " + name,
        named(name, (e, word) -> (int) MKDIRAT.invokeExact(e, fd, word, 0700)));
  }

  /** Makes a device or named pipe. */
  void makeNode(String name, int mode, int major, int minor) throws IOException {
    var device =
        ((long) (major & 0xfffff000) << 32)
            | ((long) (major & 0xfff) << 8)
            | ((long) (minor & 0xffffff00) << 12)
            | (minor & 0xff);
    check(
        "making " + name,
        named(name, (e, word) -> (int) MKNODAT.invokeExact(e, fd, word, mode, device)));
  }

  void makeLink(String name, String target) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var text = arena.allocateFrom(target, StandardCharsets.ISO_8859_1);
      check(
          "making the link " + name,
          named(name, (e, word) -> (int) SYMLINKAT.invokeExact(e, text, fd, word)));
    }
  }

  String linkTarget(String name) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(LINK_BYTES_MAX);
      var count =
          check(
              "reading the link " + name,
              named(
                  name,
                  (e, word) ->
                      (long) READLINKAT.invokeExact(e, fd, word, buffer, (long) LINK_BYTES_MAX)));
      var bytes = buffer.asSlice(0, count).toArray(JAVA_BYTE);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** Gives a file a second name; a link is not followed. */
  void makeHardLink(String name, Directory source, String existing) throws IOException {
    check(
        "making the hard link " + name,
        named(
            existing,
            (e, from) ->
                named(name, (e2, to) -> (int) LINKAT.invokeExact(e2, source.fd, from, fd, to, 0))));
  }

  /** Makes a file and opens it for writing. */
  OpenFile makeFile(String name) throws IOException {
    var flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    return new OpenFile(
        (int)
            check(
                "making the file " + name,
                named(name, (e, word) -> (int) OPENAT.invokeExact(e, fd, word, flags, 0600))));
  }

  /** Removes what has a name, with all that is in it; nothing happens where there is nothing. */
  void remove(String name) throws IOException {
    var isDirectory = inode(name).filter(Inode::isDirectory).isPresent();
    if (isDirectory) {
      // Who is not root needs these rights, whatever the layer said.
      setRights(name, 0700);
      try (var directory = directory(name).orElseThrow()) {
        for (var each : directory.names()) {
          directory.remove(each);
        }
      }
    }
    var flags = isDirectory ? AT_REMOVEDIR : 0;
    var answer = named(name, (e, word) -> (int) UNLINKAT.invokeExact(e, fd, word, flags));
    if (answer != -ENOENT) {
      check("removing " + name, answer);
    }
  }

  void setOwner(String name, int user, int group) throws IOException {
    check(
        "giving away " + name,
        named(
            name,
            (e, word) ->
                (int) FCHOWNAT.invokeExact(e, fd, word, user, group, AT_SYMLINK_NOFOLLOW)));
  }

  /** Sets the rights of what is no link. */
  void setRights(String name, int rights) throws IOException {
    check(
        "setting the rights of " + name,
        named(name, (e, word) -> (int) FCHMODAT.invokeExact(e, fd, word, rights, 0)));
  }

  /** Sets the directory's own rights. */
  void setRights(int rights) throws IOException {
    check("setting rights", result(e -> (int) FCHMOD.invokeExact(e, fd, rights)));
  }

  /** Sets when what has a name was changed last. */
  void setTime(String name, long seconds, long nanos) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var times = arena.allocate(32, 8);
      for (var i = 0; i < 2; i++) {
        times.set(JAVA_LONG, i * 16L, seconds);
        times.set(JAVA_LONG, i * 16L + 8, nanos);
      }
      check(
          "setting the time of " + name,
          named(
              name,
              (e, word) -> (int) UTIMENSAT.invokeExact(e, fd, word, times, AT_SYMLINK_NOFOLLOW)));
    }
  }

  /** Sets an extended attribute of the directory itself; false where they are not had here. */
  boolean setAttribute(String name, byte[] value) throws IOException {
    return setAttribute(fd, name, value);
  }

  static boolean setAttribute(int fd, String name, byte[] value) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
      var answer =
          named(
              name,
              (e, word) -> (int) FSETXATTR.invokeExact(e, fd, word, bytes, (long) value.length, 0));
      if (answer == -OpenFile.EOPNOTSUPP || answer == -EPERM) {
        return false;
      }
      check("setting the attribute " + name, answer);
      return true;
    }
  }

  /** Waits until all that was written to its file system is on the disk. */
  void sync() throws IOException {
    check("syncfs", result(e -> (int) SYNCFS.invokeExact(e, fd)));
  }

  @Override
  public void close() {
    result(e -> (int) CLOSE.invokeExact(e, fd));
  }
}
