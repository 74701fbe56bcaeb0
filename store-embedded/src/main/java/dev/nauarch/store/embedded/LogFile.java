package dev.nauarch.store.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The log that is written to. One thread at a time uses it. */
final class LogFile implements Closeable {
  private final FileChannel channel;
  private long endBytes;
  private long flushedBytes;

  private LogFile(FileChannel channel, long endBytes) {
    this.channel = channel;
    this.endBytes = endBytes;
    this.flushedBytes = endBytes;
  }

  /** Makes a log for what follows a revision, and leaves nothing where that fails. */
  static LogFile create(StoreDirectory directory, long revision) throws IOException {
    Path path = directory.log(revision);
    var channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      var log = new LogFile(channel, 0);
      var head = LogRecord.of(LogRecord.Kind.HEAD, revision, 0);
      ByteBuffer buffer = ByteBuffer.allocate(head.bytesMax());
      head.write(buffer);
      log.append(buffer.flip());
      directory.force();
      return log;
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Goes on with a log, behind its last whole record; what lies beyond is cut off. */
  static LogFile resume(Path path, long endBytes) throws IOException {
    var channel = FileChannel.open(path, StandardOpenOption.WRITE);
    var log = new LogFile(channel, endBytes);
    log.undo();
    return log;
  }

  long endBytes() {
    return endBytes;
  }

  /** How many bytes are known to be on the disk. */
  long flushedBytes() {
    return flushedBytes;
  }

  /** Writes and flushes records. When it fails, only {@link #undo} makes the log fit for use. */
  void append(ByteBuffer records) throws IOException {
    long end = write(records);
    channel.force(false);
    endBytes = end;
    flushedBytes = end;
  }

  /** Writes records that may get lost. */
  void appendUnflushed(ByteBuffer records) throws IOException {
    endBytes = write(records);
  }

  /** Cuts off what a failed append has left behind. */
  void undo() throws IOException {
    channel.truncate(endBytes);
    channel.force(true);
    flushedBytes = endBytes;
  }

  /** Flushes everything, and closes the file. */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.force(false);
    }
  }

  private long write(ByteBuffer records) throws IOException {
    long at = endBytes;
    while (records.hasRemaining()) {
      at += channel.write(records, at);
    }
    return at;
  }
}
