package dev.nauarch.nodeagent.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Reads a container's log as people want to see it. */
final class LogReader {
  private static final long POLL_MILLIS = 100;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Path file;
  private final LogQuery query;
  private final OutputStream out;
  private long left;

  LogReader(Path file, LogQuery query, OutputStream out) {
    this.file = file;
    this.query = query;
    this.out = out;
    this.left = query.limitBytes() < 0 ? Long.MAX_VALUE : query.limitBytes();
  }

  /**
   * Copies what is asked for.
   *
   * @param running whether more may come; asked before each look, so that the last lines of a
   *     container that has ended are seen
   */
  void copy(BooleanSupplier running) throws IOException, InterruptedException {
    var position = query.tailLines() < 0 ? 0 : tailStart();
    var identity = key();
    var mayGrow = query.follow();
    while (left > 0) {
      mayGrow = mayGrow && running.getAsBoolean();
      position = copyFrom(position);
      if (!mayGrow) {
        return;
      }
      out.flush();
      Thread.sleep(POLL_MILLIS);
      if (!Objects.equals(identity, key())) {
        // The log was set aside; what was written to it in the last moment is read there.
        identity = key();
        position = 0;
      }
    }
  }

  private Object key() throws IOException {
    try {
      return Objects.requireNonNullElse(
          Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "");
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Copies the whole lines from a position on, and gives the position after them. */
  private long copyFrom(long position) throws IOException {
    if (!Files.exists(file)) {
      return position;
    }
    try (var in = Files.newInputStream(file)) {
      in.skipNBytes(position);
      var line = new ByteArrayOutputStream();
      var done = position;
      var chunk = new byte[CHUNK_BYTES];
      for (var count = in.read(chunk); count > 0 && left > 0; count = in.read(chunk)) {
        for (var i = 0; i < count; i++) {
          line.write(chunk[i]);
          if (chunk[i] == '\n') {
            done += line.size();
            show(line.toString(StandardCharsets.UTF_8));
            line.reset();
          }
        }
      }
      return done;
    }
  }

  /** Shows one line of the file: instant, stream, tag, text. */
  private void show(String line) throws IOException {
    var fields = line.split(" ", 4);
    if (fields.length < 4 || left <= 0) {
      return;
    }
    if (!query.stream().isEmpty() && !query.stream().toLowerCase(Locale.ROOT).equals(fields[1])) {
      return;
    }
    if (query.since().isAfter(Instant.EPOCH) && Instant.parse(fields[0]).isBefore(query.since())) {
      return;
    }
    var text = fields[2].equals("P") ? fields[3].substring(0, fields[3].length() - 1) : fields[3];
    var shown = (query.timestamps() ? fields[0] + " " + text : text);
    var bytes = shown.getBytes(StandardCharsets.UTF_8);
    var count = (int) Math.min(left, bytes.length);
    out.write(bytes, 0, count);
    left -= count;
  }

  /** Where the last lines begin. */
  private long tailStart() throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (var channel = Files.newByteChannel(file)) {
      var wanted = query.tailLines();
      var end = channel.size();
      var chunk = java.nio.ByteBuffer.allocate(CHUNK_BYTES);
      var seen = 0L;
      while (end > 0) {
        var start = Math.max(0, end - CHUNK_BYTES);
        chunk.clear().limit((int) (end - start));
        channel.position(start);
        while (chunk.hasRemaining() && channel.read(chunk) >= 0) {
          Thread.onSpinWait();
        }
        for (var i = chunk.position() - 1; i >= 0; i--) {
          if (chunk.get(i) == '\n' && ++seen > wanted) {
            return start + i + 1;
          }
        }
        end = start;
      }
      return 0;
    }
  }
}
