package dev.nauarch.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.embedded.LogRecord.Kind;
import dev.nauarch.store.history.HistoryLimits;
import dev.nauarch.store.history.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log of some batches, the last of them torn off before its flush; then cut, or changed, at every
 * byte.
 */
class DamagedLogTest {
  private static final int FLUSHED_BATCHES = 4;
  private static final Random CHANCE = new Random(5);

  @TempDir private Path path;
  private StoreDirectory directory;
  private Path logPath;

  // The revision that the store has once the log is whole up to a byte.
  private final NavigableMap<Long, Long> revisionByEnd = new TreeMap<>();
  private long flushedRecordsEnd;
  private long flushedRevision;
  private byte[] intact = new byte[0];

  @BeforeEach
  void writeLog() throws IOException {
    directory = StoreDirectory.open(path);
    logPath = directory.log(1);
    try (LogFile log = LogFile.create(directory, 1)) {
      revisionByEnd.put(0L, 1L);
      revisionByEnd.put(log.endBytes(), 1L);
      long revision = 1;
      for (int batch = 0; batch < FLUSHED_BATCHES; batch++) {
        revision = append(log, revision, 1 + batch % 3, true);
        flushedRevision = revision;
        flushedRecordsEnd = log.endBytes();
        if (batch % 2 == 1) {
          log.appendUnflushed(encoded(List.of(LogRecord.of(Kind.WITNESS, 0, log.flushedBytes()))));
          revisionByEnd.put(log.endBytes(), revision);
        }
      }
      append(log, revision, 3, false);
    }
    intact = Files.readAllBytes(logPath);
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
  }

  private long append(LogFile log, long after, int count, boolean isFlushed) throws IOException {
    var records = new ArrayList<LogRecord>();
    long end = log.endBytes();
    long revision = after;
    for (int i = 0; i < count; i++) {
      revision++;
      var record =
          revision % 4 == 0
              ? new LogRecord(
                  Kind.DELETE, revision, log.flushedBytes(), key(revision - 1), new byte[0])
              : new LogRecord(
                  Kind.PUT, revision, log.flushedBytes(), key(revision), value(revision));
      records.add(record);
      end += encoded(List.of(record)).remaining();
      revisionByEnd.put(end, revision);
    }
    if (isFlushed) {
      log.append(encoded(records));
    } else {
      log.appendUnflushed(encoded(records));
    }
    return revision;
  }

  private static String key(long revision) {
    return "/key-" + revision;
  }

  private static byte[] value(long revision) {
    return ("value-" + revision).getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer encoded(List<LogRecord> records) {
    ByteBuffer buffer = ByteBuffer.allocate(10_000);
    records.forEach(record -> record.write(buffer));
    return buffer.flip();
  }

  @Test
  void logCutAtAnyByteRecoversToTheRecordsBeforeTheCut() throws IOException {
    for (int cut = 0; cut <= intact.length; cut++) {
      Files.write(logPath, Arrays.copyOf(intact, cut));
      assertPrefix(recovered(), revisionByEnd.floorEntry((long) cut).getValue(), "cut at " + cut);
    }
  }

  @Test
  void logGoesOnBehindACut() throws IOException {
    for (int cut = 0; cut <= intact.length; cut += 7) {
      Files.write(logPath, Arrays.copyOf(intact, cut));
      long revision = goOn();
      assertEquals(revision, recovered().revision(), "cut at " + cut);
    }
  }

  private long goOn() throws IOException {
    Recovery.Recovered recovered = Recovery.recover(directory, HistoryLimits.DEFAULT);
    long next = recovered.state().revision() + 1;
    try (LogFile log = recovered.log()) {
      log.append(
          encoded(
              List.of(new LogRecord(Kind.PUT, next, log.flushedBytes(), "/further", new byte[3]))));
    }
    return next;
  }

  @Test
  void changeOfAnyFlushedByteIsReportedAndNothingIsTouched() throws IOException {
    for (int at = 0; at < flushedRecordsEnd; at++) {
      byte[] damaged = damagedAt(at);
      Files.write(logPath, damaged);
      StoreException refused = assertThrows(StoreException.class, this::recovered, "byte " + at);
      assertEquals(Reason.CORRUPT, refused.reason());
      assertArrayEquals(damaged, Files.readAllBytes(logPath));
    }
  }

  @Test
  void changeOfAnyByteBehindTheLastFlushLosesNothingThatWasFlushed() throws IOException {
    for (int at = (int) flushedRecordsEnd; at < intact.length; at++) {
      Files.write(logPath, damagedAt(at));
      long revision = revisionByEnd.floorEntry((long) at).getValue();
      assertTrue(revision >= flushedRevision);
      assertPrefix(recovered(), revision, "byte " + at);
    }
  }

  @Test
  void zeroesBehindTheLastRecordAreATornTail() throws IOException {
    Files.write(logPath, Arrays.copyOf(intact, intact.length + 4096));
    assertPrefix(recovered(), revisionByEnd.lastEntry().getValue(), "zeroes");
    assertEquals(intact.length, Files.size(logPath));
  }

  private byte[] damagedAt(int at) {
    byte[] damaged = intact.clone();
    damaged[at] ^= (byte) (1 + CHANCE.nextInt(255));
    return damaged;
  }

  private Snapshot recovered() throws IOException {
    Recovery.Recovered recovered = Recovery.recover(directory, HistoryLimits.DEFAULT);
    recovered.log().close();
    return recovered.state();
  }

  private static void assertPrefix(Snapshot state, long revision, String what) {
    assertEquals(revision, state.revision(), what);
    var expected = new TreeMap<String, Long>();
    for (long at = 2; at <= revision; at++) {
      if (at % 4 == 0) {
        expected.remove(key(at - 1));
      } else {
        expected.put(key(at), at);
      }
    }
    List<Entry> entries = state.range("", "", 0, 0).entries();
    assertEquals(expected.size(), entries.size(), what);
    for (Entry entry : entries) {
      assertEquals(expected.get(entry.key()), entry.revision(), what);
      assertArrayEquals(value(entry.revision()), entry.value(), what);
    }
  }
}
