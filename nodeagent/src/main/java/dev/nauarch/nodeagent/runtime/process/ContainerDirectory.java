package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ContainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is on disk of one container: its configuration, the pipes to its shim, and what the shim
 * wrote about its start and its end. All state of a container is here, which is why an agent that
 * starts anew finds the containers of the one before.
 */
record ContainerDirectory(Path path) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * What is kept of a container's configuration.
   *
   * @param config with nothing left to its image
   * @param layers the layers of its image, the highest first; empty for the machine's own files
   * @param volumes what its image says holds data
   */
  record Saved(
      String sandboxId, ContainerConfig config, List<String> layers, List<String> volumes) {

    boolean isOfImage() {
      return StoredImages.isStored(config.image());
    }

    List<Path> layerPaths() {
      return layers.stream().map(Path::of).toList();
    }
  }

  /** Makes the directory of a new container, readable by its owner only. */
  static ContainerDirectory create(Path path, Saved saved) throws IOException {
    Files.createDirectories(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    var directory = new ContainerDirectory(path);
    for (var pipe : new String[] {"stdout", "stderr", "alive"}) {
      Posix.mkfifo(directory.pipe(pipe).toString());
    }
    if (saved.config().interaction().hasPipe()) {
      Posix.mkfifo(directory.pipe("stdin").toString());
    }
    Files.write(path.resolve("config.json"), JSON.writeValueAsBytes(saved));
    return directory;
  }

  Saved saved() throws IOException {
    return JSON.readValue(Files.readAllBytes(path.resolve("config.json")), Saved.class);
  }

  Path pipe(String name) {
    return path.resolve(name);
  }

  void write(String file, String content) throws IOException {
    Files.writeString(path.resolve(file), content);
  }

  /** Whether the shim was started, successfully or not. */
  boolean wasStarted() {
    return Files.exists(path.resolve("launch"));
  }

  /** When the container started, as far as is known. */
  Instant startedAt() throws IOException {
    var file = path.resolve("launch");
    return Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.EPOCH;
  }

  /** The pid of the container's first process, on the host; there once its program has started. */
  OptionalLong init() throws IOException {
    var text = read("init").map(String::strip).orElse("");
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  /** The exit code, once the container has ended. */
  OptionalInt exit() throws IOException {
    var text = read("exit").map(String::strip).orElse("");
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  /** When the container ended. */
  Instant finishedAt() throws IOException {
    var file = path.resolve("exit");
    return Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.EPOCH;
  }

  /** Why the container's program could not be started; empty where it could. */
  Optional<String> startError() throws IOException {
    return read("error").map(String::strip);
  }

  /** Remembers that the kernel killed the container for want of memory. */
  void markOutOfMemory() throws IOException {
    write("oom", "");
  }

  boolean wasOutOfMemory() {
    return Files.exists(path.resolve("oom"));
  }

  private Optional<String> read(String name) throws IOException {
    var file = path.resolve(name);
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }
}
