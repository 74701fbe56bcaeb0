package dev.nauarch.nodeagent.equipment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of JSON with its checksum, which holds either what was written last or what was there
 * before, whatever happens to the process or the machine meanwhile.
 *
 * @param <T> the record that it holds
 */
final class StateFile<T> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final Class<T> type;

  StateFile(Path file, Class<T> type) {
    this.file = file;
    this.type = type;
  }

  Path path() {
    return file;
  }

  /**
   * What was written last; empty where nothing was.
   *
   * @throws IOException where the file is not as it was written
   */
  Optional<T> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var tree = JSON.readTree(Files.readAllBytes(file));
      var data = tree.path("data");
      if (checksum(JSON.writeValueAsBytes(data)) != tree.path("checksum").asLong(-1)) {
        throw damaged("its checksum is another one", null);
      }
      return Optional.of(JSON.treeToValue(data, type));
    } catch (JacksonException e) {
      throw damaged(String.valueOf(e.getOriginalMessage()), e);
    }
  }

  /** What is to be done about a file that does not say what it should. */
  IOException damaged(String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new IOException(
        "the state of the node's devices in "
            + file
            + " can't be used: "
            + why
            + ". Drain the node, remove the file and start the agent again",
        cause);
  }

  /** Writes it; it is on disk when this returns. */
  void write(T state) throws IOException {
    var tree = JSON.createObjectNode();
    var data = JSON.valueToTree(state);
    tree.put("checksum", checksum(JSON.writeValueAsBytes(data)));
    tree.set("data", data);
    var parent = file.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    var next = file.resolveSibling(file.getFileName() + ".next");
    try (var channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(tree));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var folder = FileChannel.open(parent, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static long checksum(byte[] bytes) {
    var sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }
}
