package dev.nauarch.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.history.HistoryLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random writes, compactions, snapshots and restarts, checked against a map. */
class RestartPropertyTest {
  private static final EmbeddedStoreOptions SMALL =
      new EmbeddedStoreOptions(new HistoryLimits(50, 20_000), Duration.ofSeconds(1), 16, 8_000);

  @TempDir private Path directory;
  private final TreeMap<String, Entry> model = new TreeMap<>();
  private long revision = 1;

  static LongStream seeds() {
    return LongStream.range(0, 10);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void storeIsTheSameAfterEveryRestart(long seed) throws Exception {
    var chance = new Random(seed);
    for (int life = 0; life < 6; life++) {
      try (Store store = EmbeddedStore.open(directory, SMALL)) {
        assertSame(store);
        for (int i = chance.nextInt(120); i > 0; i--) {
          if (chance.nextInt(30) == 0) {
            store.compact(Math.max(store.compactedRevision(), revision - chance.nextInt(10)));
          }
          write(store, chance);
        }
        assertSame(store);
      }
    }
  }

  private void write(Store store, Random chance) {
    String key = "/key-" + chance.nextInt(30);
    Entry current = model.get(key);
    byte[] value = new byte[chance.nextInt(300)];
    chance.nextBytes(value);
    Precondition precondition =
        chance.nextBoolean()
            ? new Precondition.None()
            : new Precondition.AtRevision(current == null ? 1 : current.revision());
    boolean isDelete = chance.nextInt(3) == 0;
    Outcome outcome =
        store.write(
            isDelete
                ? new Mutation.Delete(key, precondition)
                : new Mutation.Put(key, value, precondition));
    boolean happens = current != null || (!isDelete && precondition instanceof Precondition.None);
    assertEquals(happens, outcome instanceof Outcome.Committed);
    if (happens) {
      revision++;
      long created = current == null ? revision : current.createRevision();
      if (isDelete) {
        model.remove(key);
      } else {
        model.put(key, new Entry(key, value, created, revision));
      }
    }
  }

  private void assertSame(Store store) {
    assertEquals(revision, store.revision());
    assertTrue(store.compactedRevision() <= revision);
    List<Entry> found = store.range("", "", 0, 0).entries();
    assertEquals(List.copyOf(model.keySet()), found.stream().map(Entry::key).toList());
    for (Entry entry : found) {
      Entry expected = model.getOrDefault(entry.key(), entry);
      assertArrayEquals(expected.value(), entry.value());
      assertEquals(
          List.of(expected.createRevision(), expected.revision()),
          List.of(entry.createRevision(), entry.revision()));
    }
  }
}
