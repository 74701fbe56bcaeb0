package dev.nauarch.apiserver.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A directory of small files that only their owner may read; a file is replaced as a whole.
 *
 * @param path where it is
 */
record PrivateDirectory(Path path) {

  String read(String fileName) throws IOException {
    return Files.readString(path.resolve(fileName));
  }

  void write(String fileName, String content) throws IOException {
    Files.createDirectories(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var temporary = Files.createTempFile(path, fileName, ".tmp", ownerOnly);
    Files.writeString(temporary, content);
    Files.move(
        temporary,
        path.resolve(fileName),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
