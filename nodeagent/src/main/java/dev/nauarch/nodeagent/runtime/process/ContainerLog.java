package dev.nauarch.nodeagent.runtime.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes a container's output in the CRI log format, one line of text per line of output: an
 * instant, {@code stdout} or {@code stderr}, {@code F} for a full line or {@code P} for a part of
 * one, the text. A file that grows past its limit is set aside as {@code NAME.1}, older ones move
 * up, and the oldest goes.
 */
final class ContainerLog implements AutoCloseable {
  /** A line longer than this is written in parts, as other runtimes do. */
  private static final int PART_BYTES = 16 * 1024;

  private static final DateTimeFormatter NANOS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

  /**
   * How much log is kept.
   *
   * @param bytes size of one file
   * @param files how many, the one being written among them
   */
  record Limits(long bytes, int files) {
    static final Limits DEFAULT = new Limits(10L << 20, 5);
  }

  private final Path path;
  private final Limits limits;
  private final InstantSource clock;
  private FileChannel channel;
  private long size;

  ContainerLog(Path path, Limits limits, InstantSource clock) throws IOException {
    this.path = path;
    this.limits = limits;
    this.clock = clock;
    Files.createDirectories(path.getParent());
    channel = append(path);
    size = channel.size();
  }

  private static FileChannel append(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** One of the container's two streams. */
  Stream stream(String name) {
    return new Stream(name);
  }

  private synchronized void write(byte[] lines) {
    try {
      var buffer = ByteBuffer.wrap(lines);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      size += lines.length;
      if (size > limits.bytes()) {
        rotate();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + path + " failed", e);
    }
  }

  private void rotate() throws IOException {
    channel.close();
    for (var age = limits.files() - 1; age > 0; age--) {
      var younger = age == 1 ? path : path.resolveSibling(path.getFileName() + "." + (age - 1));
      if (Files.exists(younger)) {
        Files.move(
            younger,
            path.resolveSibling(path.getFileName() + "." + age),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    channel = append(path);
    size = 0;
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + path + " failed", e);
    }
  }

  /** Cuts one stream into lines. */
  final class Stream {
    private final byte[] name;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private Stream(String name) {
      this.name = (" " + name + " ").getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes some output; what has no line end yet waits for it. */
    void accept(byte[] bytes, int count) {
      var out = new ByteArrayOutputStream(count + 64);
      var instant = stamp(clock.instant());
      var start = 0;
      for (var i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
          line.write(bytes, start, i - start);
          emit(out, instant, 'F');
          start = i + 1;
        } else if (line.size() + i - start + 1 >= PART_BYTES) {
          line.write(bytes, start, i - start + 1);
          emit(out, instant, 'P');
          start = i + 1;
        }
      }
      line.write(bytes, start, count - start);
      if (out.size() > 0) {
        write(out.toByteArray());
      }
    }

    /** Writes what is left without a line end. */
    void end() {
      if (line.size() > 0) {
        var out = new ByteArrayOutputStream();
        emit(out, stamp(clock.instant()), 'P');
        write(out.toByteArray());
      }
    }

    private void emit(ByteArrayOutputStream out, byte[] instant, char tag) {
      out.writeBytes(instant);
      out.writeBytes(name);
      out.write(tag);
      out.write(' ');
      out.writeBytes(line.toByteArray());
      out.write('\n');
      line.reset();
    }
  }

  private static byte[] stamp(Instant now) {
    return NANOS.format(now).getBytes(StandardCharsets.US_ASCII);
  }
}
