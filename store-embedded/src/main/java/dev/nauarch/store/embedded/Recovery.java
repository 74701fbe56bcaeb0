package dev.nauarch.store.embedded;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.history.Decision;
import dev.nauarch.store.history.HistoryLimits;
import dev.nauarch.store.history.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back what the files of a store say, as the package documentation promises. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /**
   * What was brought back.
   *
   * @param state everything that was flushed, and perhaps writes that were not acknowledged
   * @param log the log to go on with
   * @param snapshotBytes the size of the snapshot; 0 where there is none
   */
  record Recovered(Snapshot state, LogFile log, long snapshotBytes) {}

  private final StoreDirectory directory;
  private final HistoryLimits limits;
  private Snapshot state = Snapshot.empty();

  private Recovery(StoreDirectory directory, HistoryLimits limits) {
    this.directory = directory;
    this.limits = limits;
  }

  /**
   * Recovers a store, or begins one in an empty directory.
   *
   * @throws StoreException {@code CORRUPT} where flushed writes are lost; the files stay as they
   *     are
   */
  static Recovered recover(StoreDirectory directory, HistoryLimits limits) throws IOException {
    return new Recovery(directory, limits).recover();
  }

  private Recovered recover() throws IOException {
    Files.deleteIfExists(directory.unfinishedSnapshot());
    long snapshotBytes = 0;
    Map.Entry<Long, Path> snapshot = directory.snapshots().lastEntry();
    if (snapshot != null) {
      state = SnapshotFile.read(snapshot.getValue(), snapshot.getKey());
      snapshotBytes = Files.size(snapshot.getValue());
    }
    NavigableMap<Long, Path> logs = directory.logs().tailMap(state.revision(), true);
    if (logs.isEmpty()) {
      requireFresh(snapshot != null);
      return new Recovered(state, LogFile.create(directory, state.revision()), 0);
    }
    long end = 0;
    for (Map.Entry<Long, Path> log : logs.entrySet()) {
      boolean isLast = log.getKey().equals(logs.lastKey());
      end = replay(log.getKey(), log.getValue(), isLast);
    }
    long revision = logs.lastKey();
    LogFile log =
        end == 0
            ? LogFile.create(directory, revision)
            : LogFile.resume(logs.lastEntry().getValue(), end);
    if (snapshot != null) {
      directory.removeBefore(snapshot.getKey());
    }
    return new Recovered(state, log, snapshotBytes);
  }

  private void requireFresh(boolean hasSnapshot) throws IOException {
    if (hasSnapshot || !directory.logs().isEmpty()) {
      throw new StoreException(
          Reason.CORRUPT,
          "the store in "
              + directory.path()
              + " has lost the log after revision "
              + state.revision());
    }
  }

  /**
   * Applies a log.
   *
   * @return where its last whole record ends; 0 where not even the first is whole
   */
  private long replay(long base, Path path, boolean isLast) throws IOException {
    if (base != state.revision()) {
      throw new StoreException(
          Reason.CORRUPT,
          "the log %s does not go on at revision %d, with which what is before it ends"
              .formatted(path, state.revision()));
    }
    try (var file = RecordFile.open(path)) {
      long end = 0;
      Optional<LogRecord.Placed> placed = file.read(0);
      while (placed.isPresent()) {
        apply(placed.get().record(), end, file);
        end = placed.get().nextOffset();
        placed = file.read(end);
      }
      if (end < file.size()) {
        requireTornTail(file, end, isLast);
      }
      return end;
    }
  }

  private void apply(LogRecord record, long offset, RecordFile file) {
    long expected = state.revision() + 1;
    switch (record.kind()) {
      case PUT -> {
        require(record.revision() == expected, record, offset, file);
        change(new Mutation.Put(record.key(), record.value(), new Precondition.None()));
      }
      case DELETE -> {
        require(record.revision() == expected, record, offset, file);
        require(state.get(record.key()).isPresent(), record, offset, file);
        change(new Mutation.Delete(record.key(), new Precondition.None()));
      }
      case COMPACT -> {
        require(record.revision() <= state.revision(), record, offset, file);
        state = state.compacted(record.revision());
      }
      case HEAD ->
          require(offset == 0 && record.revision() == state.revision(), record, offset, file);
      case WITNESS -> {}
      case ENTRY, END -> require(false, record, offset, file);
    }
  }

  private void change(Mutation mutation) {
    if (state.decide(mutation) instanceof Decision.Change(var event)) {
      state = state.with(event).within(limits);
    }
  }

  private static void require(boolean fits, LogRecord record, long offset, RecordFile file) {
    if (!fits) {
      throw new StoreException(
          Reason.CORRUPT,
          "the log %s has at byte %d a record that does not belong there: %s of revision %d"
              .formatted(file.path(), offset, record.kind(), record.revision()));
    }
  }

  private void requireTornTail(RecordFile file, long broken, boolean isLast) throws IOException {
    long size = file.size();
    boolean wasFlushed = !isLast;
    for (long at = broken + 1; at < size && !wasFlushed; at++) {
      Optional<LogRecord.Placed> later = file.read(at);
      wasFlushed = later.isPresent() && later.get().record().context() > broken;
    }
    if (wasFlushed) {
      throw new StoreException(
          Reason.CORRUPT,
          "the log %s is damaged at byte %d, after revision %d, in a part that had been flushed"
              .formatted(file.path(), broken, state.revision()));
    }
    LOG.warn(
        "Cutting {} bytes off {}: a crash left them incomplete and unacknowledged",
        size - broken,
        file.path());
  }
}
