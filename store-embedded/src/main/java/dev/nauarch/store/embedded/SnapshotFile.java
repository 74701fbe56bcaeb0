package dev.nauarch.store.embedded;

import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.embedded.LogRecord.Kind;
import dev.nauarch.store.history.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Writes and reads the files that hold every entry at one revision. */
final class SnapshotFile {
  private static final int BUFFER_BYTES = 4 << 20;
  // Flushed piece by piece, so that a commit never waits behind a whole snapshot.
  private static final int FLUSH_BYTES = 16 << 20;

  private SnapshotFile() {}

  /**
   * Writes a snapshot, and puts it in place once it is whole and flushed.
   *
   * @param isCancelled asked now and then; when it says so, nothing is left behind
   * @return the size of the file; 0 where it was cancelled
   */
  static long write(StoreDirectory directory, Snapshot state, BooleanSupplier isCancelled)
      throws IOException {
    Path target = directory.snapshot(state.revision());
    Path unfinished = directory.unfinishedSnapshot();
    try {
      if (!writeRecords(unfinished, state, isCancelled)) {
        return 0;
      }
      long bytes = Files.size(unfinished);
      directory.rename(unfinished, target);
      return bytes;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static boolean writeRecords(Path file, Snapshot state, BooleanSupplier isCancelled)
      throws IOException {
    List<Entry> entries = state.range("", "", 0, 0).entries();
    try (var channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      LogRecord.of(Kind.HEAD, state.revision(), 0).write(buffer);
      long unflushed = 0;
      for (Entry entry : entries) {
        var record =
            new LogRecord(
                Kind.ENTRY, entry.revision(), entry.createRevision(), entry.key(), entry.value());
        if (record.bytesMax() > buffer.remaining()) {
          unflushed += drain(buffer, channel);
        }
        if (unflushed > FLUSH_BYTES) {
          channel.force(false);
          unflushed = 0;
        }
        if (isCancelled.getAsBoolean()) {
          return false;
        }
        record.write(buffer);
      }
      var end = LogRecord.of(Kind.END, state.revision(), entries.size());
      if (end.bytesMax() > buffer.remaining()) {
        drain(buffer, channel);
      }
      end.write(buffer);
      drain(buffer, channel);
      channel.force(true);
      return true;
    }
  }

  private static long drain(ByteBuffer buffer, FileChannel channel) throws IOException {
    long written = 0;
    buffer.flip();
    while (buffer.hasRemaining()) {
      written += channel.write(buffer);
    }
    buffer.clear();
    return written;
  }

  /**
   * Reads a snapshot.
   *
   * @throws StoreException {@code CORRUPT} where it is not whole
   */
  static Snapshot read(Path path, long revision) throws IOException {
    var entries = new ArrayList<Entry>();
    try (var file = RecordFile.open(path)) {
      LogRecord.Placed placed = next(file, 0);
      requireAt(placed.record(), Kind.HEAD, revision, path);
      placed = next(file, placed.nextOffset());
      while (placed.record().kind() == Kind.ENTRY) {
        LogRecord record = placed.record();
        entries.add(new Entry(record.key(), record.value(), record.context(), record.revision()));
        placed = next(file, placed.nextOffset());
      }
      requireAt(placed.record(), Kind.END, revision, path);
      if (placed.record().context() != entries.size()) {
        throw damaged(
            path, "it has " + entries.size() + " entries of " + placed.record().context());
      }
    }
    return Snapshot.restored(revision, entries);
  }

  private static LogRecord.Placed next(RecordFile file, long offset) throws IOException {
    return file.read(offset)
        .orElseThrow(() -> damaged(file.path(), "no whole record at byte " + offset));
  }

  private static void requireAt(LogRecord record, Kind kind, long revision, Path path) {
    if (record.kind() != kind || record.revision() != revision) {
      throw damaged(path, "found " + record.kind() + " of revision " + record.revision());
    }
  }

  private static StoreException damaged(Path path, String what) {
    return new StoreException(Reason.CORRUPT, "the snapshot " + path + " is damaged: " + what);
  }
}
