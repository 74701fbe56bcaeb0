package dev.nauarch.nodeagent.pod;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what a container left to say at its end: its termination message. */
final class LastWords {
  private static final int MESSAGE_BYTES = 4096;
  private static final int LOG_BYTES = 2048;
  private static final int LOG_LINES = 80;

  private LastWords() {}

  /** The message: from its file, or where the container wishes so and failed, from its log. */
  static String of(Container container, int exitCode, Path file, Path log) throws IOException {
    var text = Files.exists(file) ? tail(file, MESSAGE_BYTES) : "";
    var fallback =
        text.isEmpty()
            && exitCode != 0
            && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy());
    return fallback && Files.exists(log) ? fromLog(log) : text;
  }

  private static String tail(Path file, int bytes) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - bytes));
      var buffer = java.nio.ByteBuffer.allocate(bytes);
      var read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = channel.read(buffer);
      }
      return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }
  }

  private static String fromLog(Path log) throws IOException {
    var lines = tail(log, LOG_BYTES * 4).lines().toList();
    var text = new StringBuilder();
    for (var line : lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())) {
      var fields = line.split(" ", 4);
      if (fields.length == 4) {
        text.append(fields[3]).append('\n');
      }
    }
    return text.length() > LOG_BYTES ? text.substring(text.length() - LOG_BYTES) : text.toString();
  }
}
