package dev.nauarch.store.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Page;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories, checked against a model that keeps a whole map for every revision. */
class SnapshotPropertyTest {
  private static final int STEPS = 400;

  private final List<Map<String, Entry>> byRevision = new ArrayList<>();
  private final List<StoreEvent> events = new ArrayList<>();

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRevisionReadsAsItWas(long seed) {
    var chance = new Random(seed);
    Snapshot snapshot = Snapshot.empty();
    byRevision.add(Map.of());
    byRevision.add(new TreeMap<>(KeyOrder::compare));
    for (int step = 0; step < STEPS; step++) {
      snapshot = chance.nextInt(40) == 0 ? compacted(snapshot, chance) : written(snapshot, chance);
      assertEquals(byRevision.size() - 1, snapshot.revision());
      checkReads(snapshot, chance);
    }
    for (long revision = snapshot.compactedRevision(); revision < snapshot.revision(); revision++) {
      if (revision > 0) {
        checkRange(snapshot, "", "", 0, revision);
        checkEvents(snapshot, revision, "");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void limitsKeepTheLatestEventsAndEveryCurrentEntry(long seed) {
    var chance = new Random(seed);
    var limits = new HistoryLimits(1 + chance.nextInt(60), 1 + chance.nextInt(200));
    Snapshot snapshot = Snapshot.empty();
    byRevision.add(Map.of());
    byRevision.add(new TreeMap<>(KeyOrder::compare));
    for (int step = 0; step < STEPS; step++) {
      snapshot = written(snapshot, chance).within(limits);
      // The first change has revision 2, so that no event has revision 1.
      long kept = snapshot.revision() - Math.max(1, snapshot.compactedRevision());
      assertTrue(kept <= limits.eventsMax(), () -> kept + " events");
      checkReads(snapshot, chance);
    }
  }

  @Test
  void forgottenBranchLeavesNoTraceInTheOneThatReplacesIt() {
    Snapshot base = write(Snapshot.empty(), "a", "one");
    Snapshot dropped = write(write(base, "a", "dropped"), "b", "dropped");
    Snapshot kept = write(base, "c", "kept");
    assertEquals(4, dropped.revision());
    assertEquals(3, kept.revision());
    assertTrue(kept.get("b").isEmpty());
    assertEquals(
        List.of("a", "c"),
        kept.eventsAfter(1, "", 10).events().stream().map(StoreEvent::key).toList());
    assertEquals(
        List.of("a"), base.eventsAfter(1, "", 10).events().stream().map(StoreEvent::key).toList());
  }

  @Test
  void restoredSnapshotHasTheEntriesAndNoPast() {
    Snapshot before = write(write(Snapshot.empty(), "b", "two"), "a", "one");
    Snapshot restored = Snapshot.restored(before.revision(), before.range("", "", 0, 0).entries());
    assertEquals(3, restored.revision());
    assertEquals(3, restored.compactedRevision());
    assertEquals(before.get("b"), restored.get("b"));
    assertThrows(StoreException.class, () -> restored.range("", "", 0, 2));
    assertEquals(4, write(restored, "b", "three").revision());
  }

  private static Snapshot write(Snapshot snapshot, String key, String value) {
    var put =
        new Mutation.Put(key, value.getBytes(StandardCharsets.UTF_8), new Precondition.None());
    return snapshot.decide(put) instanceof Decision.Change(var event)
        ? snapshot.with(event)
        : snapshot;
  }

  private Snapshot written(Snapshot snapshot, Random chance) {
    Map<String, Entry> model = byRevision.getLast();
    String key = key(chance);
    Precondition precondition =
        switch (chance.nextInt(4)) {
          case 0 -> new Precondition.Absent();
          case 1 -> new Precondition.AtRevision(chance.nextInt(byRevision.size()));
          default -> new Precondition.None();
        };
    Mutation mutation =
        chance.nextInt(3) == 0
            ? new Mutation.Delete(key, precondition)
            : new Mutation.Put(key, new byte[chance.nextInt(20)], precondition);
    Entry current = model.get(key);
    boolean happens =
        switch (precondition) {
          case Precondition.None _ -> mutation instanceof Mutation.Put || current != null;
          case Precondition.Absent _ -> mutation instanceof Mutation.Put && current == null;
          case Precondition.AtRevision(var at) -> current != null && current.revision() == at;
        };
    return switch (snapshot.decide(mutation)) {
      case Decision.Refusal(var conflict) -> {
        assertTrue(!happens, () -> mutation + " was refused");
        assertEquals(current, conflict.current().orElse(null));
        yield snapshot;
      }
      case Decision.Change(var event) -> {
        assertTrue(happens, () -> mutation + " happened");
        var next = new TreeMap<String, Entry>(KeyOrder::compare);
        next.putAll(model);
        event.current().ifPresentOrElse(entry -> next.put(key, entry), () -> next.remove(key));
        byRevision.add(next);
        events.add(event);
        yield snapshot.with(event);
      }
    };
  }

  private static Snapshot compacted(Snapshot snapshot, Random chance) {
    long through = 1 + chance.nextLong(snapshot.revision());
    Snapshot compacted = snapshot.compacted(through);
    assertEquals(Math.max(through, snapshot.compactedRevision()), compacted.compactedRevision());
    return compacted;
  }

  private void checkReads(Snapshot snapshot, Random chance) {
    String key = key(chance);
    assertEquals(byRevision.getLast().get(key), snapshot.get(key).orElse(null));
    String prefix = chance.nextBoolean() ? "" : key.substring(0, 1 + chance.nextInt(2));
    long revision = 1 + chance.nextLong(snapshot.revision());
    String from = chance.nextBoolean() ? "" : key(chance);
    checkRange(snapshot, prefix, from, chance.nextInt(6), 0);
    if (revision >= snapshot.compactedRevision()) {
      checkRange(snapshot, prefix, from, chance.nextInt(6), revision);
      checkEvents(snapshot, revision, prefix);
    } else {
      assertThrows(StoreException.class, () -> snapshot.range(prefix, from, 0, revision));
    }
  }

  private void checkRange(Snapshot snapshot, String prefix, String from, int limit, long revision) {
    long asOf = revision == 0 ? snapshot.revision() : revision;
    List<Entry> expected =
        byRevision.get((int) asOf).values().stream()
            .filter(entry -> entry.key().startsWith(prefix))
            .filter(entry -> KeyOrder.compare(entry.key(), from) >= 0)
            .toList();
    int shown = limit == 0 ? expected.size() : Math.min(limit, expected.size());
    Page page = snapshot.range(prefix, from, limit, revision);
    assertEquals(new Page(expected.subList(0, shown), asOf, expected.size() - shown), page);
  }

  private void checkEvents(Snapshot snapshot, long after, String prefix) {
    EventRun run = snapshot.eventsAfter(after, prefix, Integer.MAX_VALUE);
    assertEquals(snapshot.revision(), run.throughRevision());
    List<StoreEvent> expected =
        events.stream()
            .filter(event -> event.revision() > after && event.key().startsWith(prefix))
            .toList();
    assertEquals(expected, run.events());
    assertEquals(!expected.isEmpty(), snapshot.hasEventAfter(after, prefix));
  }

  private static String key(Random chance) {
    List<String> letters = List.of("a", "b", "\u00e9", "\uffe0", "\ud83d\ude80");
    var key = new StringBuilder(chance.nextBoolean() ? "/x" : "/y");
    for (int i = chance.nextInt(3); i >= 0; i--) {
      key.append(letters.get(chance.nextInt(letters.size())));
    }
    return key.toString();
  }
}
