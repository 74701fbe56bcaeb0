package dev.nauarch.nodeagent.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * A directory of files that change all at once. The files are in a hidden directory that {@code
 * ..data} points at, and what readers see are links through it; an update makes a new hidden
 * directory and turns the one link by a rename.
 */
final class AtomicDirectory {
  private static final String DATA = "..data";

  private final Path path;

  AtomicDirectory(Path path) {
    this.path = path;
  }

  /**
   * One file.
   *
   * @param content what it holds
   * @param mode its permission bits
   */
  record File(byte[] content, int mode) {}

  /**
   * Makes the directory hold exactly these files; nothing is touched where it does already.
   *
   * @param files by relative path
   * @return whether anything changed
   */
  boolean write(SortedMap<String, File> files) throws IOException {
    Files.createDirectories(path);
    var data = path.resolve(DATA);
    if (Files.isSymbolicLink(data) && holds(path.resolve(Files.readSymbolicLink(data)), files)) {
      return false;
    }
    var previous = Files.isSymbolicLink(data) ? Files.readSymbolicLink(data) : null;
    var next = Files.createTempDirectory(path, "..", permissions(0755));
    for (var file : files.entrySet()) {
      var target = next.resolve(file.getKey());
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.write(target, file.getValue().content());
      Files.setPosixFilePermissions(target, bits(file.getValue().mode()));
    }
    var turning = path.resolve("..data_new");
    Files.deleteIfExists(turning);
    Files.createSymbolicLink(turning, next.getFileName());
    Files.move(turning, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    link(files);
    if (previous != null) {
      delete(path.resolve(previous));
    }
    return true;
  }

  /** Links every first name to its place under the data, and takes away links to what is gone. */
  private void link(SortedMap<String, File> files) throws IOException {
    var names = new TreeSet<String>();
    files.keySet().forEach(name -> names.add(Path.of(name).getName(0).toString()));
    for (var name : names) {
      var link = path.resolve(name);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of(DATA, name));
      }
    }
    try (var present = Files.newDirectoryStream(path)) {
      for (var each : present) {
        var name = each.getFileName().toString();
        if (!name.startsWith("..") && !names.contains(name)) {
          Files.delete(each);
        }
      }
    }
  }

  private static boolean holds(Path directory, Map<String, File> files) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (var tree = Files.walk(directory)) {
      if (tree.filter(Files::isRegularFile).count() != files.size()) {
        return false;
      }
    }
    for (var file : files.entrySet()) {
      var present = directory.resolve(file.getKey());
      if (!Files.isRegularFile(present)
          || !Arrays.equals(Files.readAllBytes(present), file.getValue().content())) {
        return false;
      }
    }
    return true;
  }

  /** Deletes a tree; what is not there is fine. */
  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var all = Files.walk(tree)) {
      for (var each : all.toList().reversed()) {
        Files.delete(each);
      }
    }
  }

  private static java.nio.file.attribute.FileAttribute<Set<PosixFilePermission>> permissions(
      int mode) {
    return java.nio.file.attribute.PosixFilePermissions.asFileAttribute(bits(mode));
  }

  /** The permissions of the low nine bits of a mode. */
  static Set<PosixFilePermission> bits(int mode) {
    var all = PosixFilePermission.values();
    var set = EnumSet.noneOf(PosixFilePermission.class);
    for (var i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }
}
