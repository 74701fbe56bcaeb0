package dev.nauarch.nodeagent.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there as a whole or not at all, also after a loss of power. */
final class DurableFiles {
  private static final String UNFINISHED = ".new";

  private DurableFiles() {}

  /** Writes a file, in place of one of that name. */
  static void write(Path file, byte[] bytes) throws IOException {
    var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (var channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (var buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    move(unfinished, file);
  }

  /** Gives a file that is on the disk its name. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var directory = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Removes what was being written when a process was killed. */
  static void removeUnfinished(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory, "*" + UNFINISHED)) {
      for (var file : files) {
        Files.delete(file);
      }
    }
  }
}
