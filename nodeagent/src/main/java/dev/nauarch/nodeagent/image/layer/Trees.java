package dev.nauarch.nodeagent.image.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Directories with all that is in them. */
public final class Trees {
  private static final int TEXT_BYTES_MAX = 1 << 20;

  private Trees() {}

  /**
   * Deletes a file or directory with all that is in it, whatever its rights and names; links are
   * not followed, and nothing happens where there is nothing.
   */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var above = Directory.open(path.toAbsolutePath().resolveSibling(""))) {
      above.remove(Names.of(path.toAbsolutePath()));
    }
  }

  /**
   * What layers come to, put together in one directory: for machines that can't lay them over each
   * other.
   *
   * @param layers the highest first
   * @param target an empty directory
   */
  public static void merge(List<Path> layers, Path target)
      throws IOException, InterruptedException {
    try (var into = Directory.open(target)) {
      for (var layer : layers.reversed()) {
        try (var from = Directory.open(layer)) {
          makeWay(from, into);
          copy(layer, target);
          removeWhiteouts(from, into);
        }
      }
    }
  }

  /**
   * The text of a file of layers, the highest first; empty where they have none of that name. A
   * path with links in it is not looked for.
   */
  public static Optional<String> read(List<Path> layers, String path) throws IOException {
    var words = List.of(path.split("/", -1));
    for (var layer : layers) {
      try (var root = Directory.open(layer)) {
        var found = root.find(words);
        if (found.isPresent()) {
          return found.get().type() == Inode.FILE && found.get().size() <= TEXT_BYTES_MAX
              ? Optional.of(Files.readString(layer.resolve(path), StandardCharsets.ISO_8859_1))
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** Removes what a layer replaces by something of another kind, or hides. */
  private static void makeWay(Directory layer, Directory into) throws IOException {
    for (var name : layer.names()) {
      if (name.startsWith(Directory.HIDING)) {
        into.remove(name.substring(Directory.HIDING.length()));
        continue;
      }
      var above = layer.directory(name);
      var below = into.directory(name);
      if (above.isPresent() && below.isPresent()) {
        makeWay(above.get(), below.get());
      } else {
        into.remove(name);
      }
      above.ifPresent(Directory::close);
      below.ifPresent(Directory::close);
    }
  }

  private static void removeWhiteouts(Directory layer, Directory into) throws IOException {
    for (var name : layer.names()) {
      if (name.startsWith(Directory.HIDING) || layer.inode(name).orElseThrow().isWhiteout()) {
        into.remove(name);
      }
      var above = layer.directory(name);
      if (above.isPresent()) {
        try (var from = above.get();
            var to = into.directory(name).orElseThrow()) {
          removeWhiteouts(from, to);
        }
      }
    }
  }

  private static void copy(Path from, Path into) throws IOException, InterruptedException {
    var command =
        List.of("cp", "-a", "--reflink=auto", "-T", "--", from.toString(), into.toString());
    var copy = new ProcessBuilder(command).redirectErrorStream(true).start();
    copy.getOutputStream().close();
    var output = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (copy.waitFor() != 0) {
      throw new IOException("copying a layer failed: " + output.strip());
    }
  }
}
