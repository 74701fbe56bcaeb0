package dev.nauarch.verification.interop;

import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code build/interop} built or fetched for these suites. */
final class Toolchain {
  private static final Path DIRECTORY = Path.of("target", "interop").toAbsolutePath();

  private Toolchain() {}

  /** The path of a built thing, which is there. */
  static Path at(String name) {
    var path = DIRECTORY.resolve(name);
    if (!Files.exists(path)) {
      throw new IllegalStateException(
          path + " is not there: run ./nau test interop, which builds it");
    }
    return path;
  }
}
