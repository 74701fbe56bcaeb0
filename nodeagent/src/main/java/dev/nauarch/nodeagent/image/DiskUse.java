package dev.nauarch.nodeagent.image;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * What files take.
 *
 * @param bytes how many bytes are in them
 * @param inodes how many files, directories and links they are
 */
public record DiskUse(long bytes, long inodes) {

  /** Adds up what is below a directory; what vanishes meanwhile is left out. */
  static DiskUse below(Path directory) throws IOException {
    var sum =
        new Object() {
          long bytes;
          final Set<Object> seen = new HashSet<>();
        };
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            sum.seen.add(attributes.fileKey());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            // A file with several names is one.
            if (sum.seen.add(attributes.fileKey())) {
              sum.bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure) {
            return FileVisitResult.CONTINUE;
          }
        });
    return new DiskUse(sum.bytes, sum.seen.size());
  }
}
