package dev.nauarch.store.embedded;

import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The directory of a store, locked for this process, and the names of the files in it. */
final class StoreDirectory implements Closeable {
  private static final String FORMAT = "nauarch-store 1";
  private static final Pattern NAME = Pattern.compile("(log|snapshot)-(\\d{20})");

  // The system's lock is the process' own, and is lost when any of its channels on the file closes:
  // a second attempt within the process must not even open the file.
  private static final Set<Path> OPEN_IN_THIS_PROCESS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path realPath;
  private final FileChannel lockFile;

  private StoreDirectory(Path path, Path realPath, FileChannel lockFile) {
    this.path = path;
    this.realPath = realPath;
    this.lockFile = lockFile;
  }

  /**
   * Makes the directory where there is none, and locks it.
   *
   * @throws StoreException {@code UNAVAILABLE} where it is open already, here or in another
   *     process, {@code CORRUPT} where its format is not known
   */
  static StoreDirectory open(Path path) throws IOException {
    // Secrets lie in it.
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(path, ownerOnly);
    Path realPath = path.toRealPath();
    if (!OPEN_IN_THIS_PROCESS.add(realPath)) {
      throw new StoreException(
          Reason.UNAVAILABLE, "the store in " + path + " is open in this process already");
    }
    try {
      return locked(path, realPath);
    } catch (StoreException | IOException e) {
      OPEN_IN_THIS_PROCESS.remove(realPath);
      throw e;
    }
  }

  private static StoreDirectory locked(Path path, Path realPath) throws IOException {
    var lockFile =
        FileChannel.open(path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lockFile.tryLock() == null) {
        throw new StoreException(
            Reason.UNAVAILABLE, "the store in " + path + " is open in another process");
      }
      var directory = new StoreDirectory(path, realPath, lockFile);
      directory.requireFormat();
      return directory;
    } catch (StoreException | IOException e) {
      lockFile.close();
      throw e;
    }
  }

  private void requireFormat() throws IOException {
    Path format = path.resolve("FORMAT");
    if (Files.exists(format)) {
      String found = Files.readString(format).strip();
      if (!found.equals(FORMAT)) {
        throw new StoreException(
            Reason.CORRUPT,
            "the store in %s has format '%s', this build reads '%s': open it with the build that wrote it"
                .formatted(path, found, FORMAT));
      }
      return;
    }
    if (!logs().isEmpty() || !snapshots().isEmpty()) {
      throw new StoreException(
          Reason.CORRUPT, "the store in " + path + " has lost its FORMAT file");
    }
    Path fresh = path.resolve("FORMAT.tmp");
    Files.writeString(fresh, FORMAT + "\n");
    force(fresh);
    rename(fresh, format);
  }

  Path path() {
    return path;
  }

  Path log(long revision) {
    return path.resolve("log-%020d".formatted(revision));
  }

  Path snapshot(long revision) {
    return path.resolve("snapshot-%020d".formatted(revision));
  }

  /** Where a snapshot is written before it is whole. */
  Path unfinishedSnapshot() {
    return path.resolve("snapshot.tmp");
  }

  /** The logs by the revision they start after. */
  NavigableMap<Long, Path> logs() throws IOException {
    return files("log");
  }

  /** The snapshots by their revision. */
  NavigableMap<Long, Path> snapshots() throws IOException {
    return files("snapshot");
  }

  private NavigableMap<Long, Path> files(String kind) throws IOException {
    var found = new TreeMap<Long, Path>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && kind.equals(name.group(1))) {
          found.put(Long.valueOf(name.group(2)), file);
        }
      }
    }
    return found;
  }

  /** Removes the logs and snapshots that a snapshot has made useless. */
  void removeBefore(long snapshotRevision) throws IOException {
    for (Path file : logs().headMap(snapshotRevision, false).values()) {
      Files.delete(file);
    }
    for (Path file : snapshots().headMap(snapshotRevision, false).values()) {
      Files.delete(file);
    }
  }

  /** Puts a flushed file in its place, and flushes that. */
  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force();
  }

  /** Flushes the names of the files. */
  void force() throws IOException {
    force(path);
  }

  private static void force(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Unlocks the directory. */
  @Override
  public void close() throws IOException {
    lockFile.close();
    OPEN_IN_THIS_PROCESS.remove(realPath);
  }
}
