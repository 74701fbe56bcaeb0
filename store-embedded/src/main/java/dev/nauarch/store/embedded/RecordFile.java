package dev.nauarch.store.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file of records, read through a window in memory. (A mapped memory segment would do, but is
 * several times slower before the compiler gets to it, which is when a store is opened.)
 */
final class RecordFile implements Closeable {
  private static final int WINDOW_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private long windowStart;

  private RecordFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  static RecordFile open(Path path) throws IOException {
    var channel = FileChannel.open(path, StandardOpenOption.READ);
    return new RecordFile(path, channel, channel.size());
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** Reads the record that starts at an offset; empty where no whole record does. */
  Optional<LogRecord.Placed> read(long offset) throws IOException {
    if (!holds(offset, LogRecord.BYTES_MIN)) {
      return Optional.empty();
    }
    long bytes = LogRecord.plausibleBytes(window.array(), index(offset));
    if (bytes == 0 || !holds(offset, bytes)) {
      return Optional.empty();
    }
    return LogRecord.read(window.array(), index(offset), (int) bytes)
        .map(record -> new LogRecord.Placed(record, offset + bytes));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private int index(long offset) {
    return (int) (offset - windowStart);
  }

  /** Moves the window over a part of the file, where the file is long enough. */
  private boolean holds(long offset, long length) throws IOException {
    if (offset + length > size) {
      return false;
    }
    if (offset < windowStart || offset + length > windowStart + window.limit()) {
      load(offset, (int) Math.min(Math.max(length, WINDOW_BYTES), size - offset));
    }
    return offset + length <= windowStart + window.limit();
  }

  private void load(long offset, int bytes) throws IOException {
    if (window.capacity() < bytes) {
      window = ByteBuffer.allocate(bytes);
    }
    window.clear();
    windowStart = offset;
    int read = 0;
    while (window.hasRemaining() && read >= 0) {
      read = channel.read(window, windowStart + window.position());
    }
    window.flip();
  }
}
