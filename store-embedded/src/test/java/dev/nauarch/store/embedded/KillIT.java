package dev.nauarch.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Store;
import dev.nauarch.store.embedded.KilledWriter.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process under write load, again and again on one directory. Ten rounds; a hundred with
 * {@code -Dnau.soak=true}.
 */
class KillIT {
  private static final int ROUNDS = Boolean.getBoolean("nau.soak") ? 100 : 10;

  @TempDir private Path path;

  // What earlier rounds were found to have left behind; it must not change any more.
  private final Map<String, Entry> settled = new TreeMap<>();

  @Test
  void killedProcessLosesNoAcknowledgedWriteAndLeavesNoHalfWrittenOne() throws Exception {
    var chance = new Random(20_260_101);
    long acknowledged = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String name = "round-%03d".formatted(round);
      Map<Integer, Integer> lastByWriter = runAndKill(name, 20 + chance.nextInt(600));
      acknowledged += lastByWriter.values().stream().mapToLong(Integer::longValue).sum();
      verify(name, lastByWriter);
    }
    assertTrue(acknowledged > 100L * ROUNDS, "only " + acknowledged + " writes were acknowledged");
  }

  /** The last acknowledged operation of each writer. */
  private Map<Integer, Integer> runAndKill(String round, long millisUnderLoad) throws Exception {
    Path errors = path.resolve("errors.txt");
    Process process =
        ChildProcess.start(
            List.of(),
            errors,
            path.resolve("store").toString(),
            round,
            String.valueOf(Integer.MAX_VALUE - 1),
            String.valueOf(KilledWriter.WRITERS));
    var lastByWriter = new LinkedHashMap<Integer, Integer>();
    try {
      var isUnderLoad = new CountDownLatch(50);
      Thread reader =
          Thread.ofPlatform().start(() -> readAcknowledgements(process, lastByWriter, isUnderLoad));
      boolean isLoaded = isUnderLoad.await(60, TimeUnit.SECONDS);
      boolean hasExited = process.waitFor(millisUnderLoad, TimeUnit.MILLISECONDS);
      // By its handle: Process.destroyForcibly would also close the pipe with acknowledgements in
      // it.
      boolean isKilled = process.toHandle().destroyForcibly();
      process.waitFor();
      reader.join();
      assertTrue(isLoaded && !hasExited && isKilled, () -> "the writer failed: " + text(errors));
    } finally {
      process.destroyForcibly();
    }
    return lastByWriter;
  }

  private static void readAcknowledgements(
      Process process, Map<Integer, Integer> lastByWriter, CountDownLatch isUnderLoad) {
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        String[] words = line.split(" ", -1);
        lastByWriter.put(Integer.valueOf(words[2]), Integer.valueOf(words[3]));
        isUnderLoad.countDown();
        line = lines.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void verify(String round, Map<Integer, Integer> lastByWriter) throws Exception {
    try (Store store = EmbeddedStore.open(path.resolve("store"), KilledWriter.OPTIONS)) {
      for (Entry entry : settled.values()) {
        Entry found = store.get(entry.key()).orElseThrow();
        assertEquals(entry.revision(), found.revision());
        assertArrayEquals(entry.value(), found.value());
      }
      for (int writer = 0; writer < KilledWriter.WRITERS; writer++) {
        verifyWriter(store, round, writer, lastByWriter.getOrDefault(writer, 0));
      }
      long ofRound = store.range("/registry/" + round + "/", "", 0, 0).entries().size();
      store
          .range("/registry/" + round + "/", "", 0, 0)
          .entries()
          .forEach(entry -> settled.put(entry.key(), entry));
      assertEquals(settled.size(), store.range("", "", 0, 0).entries().size(), ofRound + " new");
    }
  }

  private static void verifyWriter(Store store, String round, int writer, int last) {
    var expected = new TreeMap<String, Operation>();
    for (int number = 1; number <= last; number++) {
      var operation = new Operation(round, writer, number);
      expected.put(operation.key(), operation);
    }
    // One more may have been on its way: it happened as a whole, or not at all.
    var underWay = new Operation(round, writer, last + 1);
    for (Operation operation : expected.values()) {
      boolean isOpen = operation.key().equals(underWay.key());
      assertTrue(
          isAsAfter(store, operation) || (isOpen && isAsAfter(store, underWay)),
          () -> operation + " was acknowledged, but " + store.get(operation.key()) + " is there");
    }
    if (!expected.containsKey(underWay.key())) {
      assertTrue(
          store.get(underWay.key()).isEmpty() || isAsAfter(store, underWay), underWay::toString);
    }
  }

  private static boolean isAsAfter(Store store, Operation operation) {
    return store
        .get(operation.key())
        .map(entry -> Arrays.equals(entry.value(), operation.value()))
        .map(isSame -> isSame && !operation.isDelete())
        .orElseGet(operation::isDelete);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
