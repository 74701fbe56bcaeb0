package dev.nauarch.store.contract;

import static dev.nauarch.store.contract.StoreFixture.bytes;
import static dev.nauarch.store.contract.StoreFixture.committed;
import static dev.nauarch.store.contract.StoreFixture.delete;
import static dev.nauarch.store.contract.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Page;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store does with writes, reads and compaction. */
@Timeout(60)
public interface StoreContract extends StoreFixture {

  @Test
  default void everyMutationGetsTheNextRevisionAndTellsWhatItReplaced() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      long start = store.revision();
      assertTrue(start >= 1);

      long created = put(store, key, "one");
      assertEquals(start + 1, created);
      assertEntry(key, "one", created, created, store.get(key));

      Outcome replaced = store.write(new Mutation.Put(key, bytes("two"), new Precondition.None()));
      assertEquals(created + 1, committed(replaced));
      assertEntry(key, "one", created, created, previous(replaced));
      assertEntry(key, "two", created, created + 1, store.get(key));

      Outcome deleted = store.write(new Mutation.Delete(key, new Precondition.None()));
      assertEquals(created + 2, committed(deleted));
      assertEntry(key, "two", created, created + 1, previous(deleted));
      assertEquals(Optional.empty(), store.get(key));

      long again = put(store, key, "three");
      assertEntry(key, "three", again, again, store.get(key));
      assertEquals(created + 3, store.revision());
    }
  }

  @Test
  default void createIsRefusedWhereTheKeyExists() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      long created =
          committed(store.write(new Mutation.Put(key, bytes("one"), new Precondition.Absent())));
      Outcome second = store.write(new Mutation.Put(key, bytes("two"), new Precondition.Absent()));
      assertEntry(key, "one", created, created, conflicting(second));
      assertEquals(created, store.revision(), "a conflict takes no revision");
      assertEntry(key, "one", created, created, store.get(key));

      delete(store, key);
      committed(store.write(new Mutation.Put(key, bytes("three"), new Precondition.Absent())));
    }
  }

  @Test
  default void writeAtARevisionHappensOnlyAtThatRevision() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      var atOne = new Precondition.AtRevision(1);
      Outcome missing = store.write(new Mutation.Put(key, bytes("x"), atOne));
      assertEquals(Optional.empty(), conflicting(missing));

      long first = put(store, key, "one");
      var atFirst = new Precondition.AtRevision(first);
      long second = committed(store.write(new Mutation.Put(key, bytes("two"), atFirst)));
      assertEntry(
          key,
          "two",
          first,
          second,
          conflicting(store.write(new Mutation.Put(key, bytes("late"), atFirst))));
      assertEntry(
          key, "two", first, second, conflicting(store.write(new Mutation.Delete(key, atFirst))));
      assertEquals(second, store.revision());

      committed(store.write(new Mutation.Delete(key, new Precondition.AtRevision(second))));
      assertEquals(
          Optional.empty(),
          conflicting(store.write(new Mutation.Delete(key, new Precondition.AtRevision(second)))));
    }
  }

  @Test
  default void deleteOfAMissingKeyIsAConflictWithNothing() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      long before = store.revision();
      for (Precondition precondition :
          List.of(new Precondition.None(), new Precondition.Absent())) {
        assertEquals(
            Optional.empty(), conflicting(store.write(new Mutation.Delete(key, precondition))));
      }
      assertEquals(before, store.revision());
    }
  }

  @Test
  default void oneOfManyCreatorsWins() throws Exception {
    try (Store store = open();
        var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      String key = freshPrefix() + "a";
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        byte[] value = bytes("writer-" + i);
        outcomes.add(
            writers.submit(
                () -> store.write(new Mutation.Put(key, value, new Precondition.Absent()))));
      }
      List<Outcome.Committed> won = new ArrayList<>();
      for (Future<Outcome> outcome : outcomes) {
        if (outcome.get() instanceof Outcome.Committed committed) {
          won.add(committed);
        }
      }
      assertEquals(1, won.size());
      assertEquals(won.getFirst().revision(), store.get(key).orElseThrow().revision());
    }
  }

  @Test
  default void conflictingWritersLoseNoUpdate() throws Exception {
    try (Store store = open();
        var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      String key = freshPrefix() + "counter";
      put(store, key, "0");
      var revisions = new ConcurrentSkipListSet<Long>();
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 8; writer++) {
        running.add(writers.submit(() -> increment(store, key, 20, revisions)));
      }
      for (Future<?> done : running) {
        done.get();
      }
      assertEquals("160", StoreFixture.text(store.get(key).orElseThrow()));
      assertEquals(160, revisions.size());
    }
  }

  private static void increment(
      Store store, String key, int times, ConcurrentSkipListSet<Long> revisions) {
    int done = 0;
    while (done < times) {
      Entry seen = store.get(key).orElseThrow();
      String next = String.valueOf(Integer.parseInt(StoreFixture.text(seen)) + 1);
      var mutation =
          new Mutation.Put(key, bytes(next), new Precondition.AtRevision(seen.revision()));
      if (store.write(mutation) instanceof Outcome.Committed(var revision, var _)) {
        assertTrue(revisions.add(revision), () -> "revision " + revision + " was given twice");
        done++;
      }
    }
  }

  @Test
  default void rangeGivesThePrefixInTheOrderOfUtf8Bytes() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      // The last two compare the other way round as UTF-16.
      List<String> names = List.of("a", "a-b", "a/b", "b", "\u00e9", "\uffe0", "\ud83d\ude80");
      for (String name : names.reversed()) {
        put(store, prefix + name, name);
      }
      put(store, prefix.substring(0, prefix.length() - 1) + ".outside", "no");
      put(store, prefix.substring(0, prefix.length() - 1) + "0outside", "no");
      Page page = store.range(prefix, "", 0, 0);
      assertEquals(names, page.entries().stream().map(StoreFixture::text).toList());
      assertEquals(store.revision(), page.revision());
      assertEquals(0, page.remaining());
    }
  }

  @Test
  default void pagesOfOneRevisionShowThatRevisionWhateverIsWrittenMeanwhile() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      List<String> names = IntStream.range(100, 125).mapToObj(String::valueOf).toList();
      names.forEach(name -> put(store, prefix + name, "old"));
      List<String> seen = new ArrayList<>();
      Page page = store.range(prefix, "", 10, 0);
      assertEquals(15, page.remaining());
      long revision = page.revision();
      while (true) {
        page.entries().forEach(entry -> seen.add(entry.key().substring(prefix.length())));
        assertTrue(page.entries().stream().allMatch(e -> StoreFixture.text(e).equals("old")));
        assertEquals(revision, page.revision());
        assertEquals(25 - seen.size(), page.remaining());
        if (page.remaining() == 0) {
          break;
        }
        put(store, prefix + "124", "new");
        put(store, prefix + "1205", "inserted");
        delete(store, prefix + "119");
        put(store, prefix + "119", "recreated");
        page = store.range(prefix, page.entries().getLast().key() + "\0", 10, revision);
      }
      assertEquals(names, seen);
      assertEquals(26, store.range(prefix, "", 0, 0).entries().size());
    }
  }

  @Test
  default void rangeCountsWhatFollowsAndStartsWhereItIsTold() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      for (String name : List.of("a", "b", "c", "d")) {
        put(store, prefix + name, name);
      }
      delete(store, prefix + "c");
      Page page = store.range(prefix, prefix + "b", 1, 0);
      assertEquals(List.of("b"), page.entries().stream().map(StoreFixture::text).toList());
      assertEquals(1, page.remaining());
      assertEquals(0, store.range(prefix, prefix + "b", 2, 0).remaining());
      assertEquals(List.of(), store.range(prefix, prefix + "e", 1, 0).entries());
      assertEquals(List.of(), store.range(prefix + "none/", "", 1, 0).entries());
      // A start before the prefix is the start of the prefix.
      assertEquals(3, store.range(prefix, "/", 0, 0).entries().size());
    }
  }

  @Test
  default void readOfTheFutureIsRefused() throws Exception {
    try (Store store = open()) {
      long revision = put(store, freshPrefix() + "a", "one");
      assertRefused(
          Reason.FUTURE_REVISION, () -> store.range(freshPrefix(), "", 0, revision + 1_000));
      assertRefused(Reason.FUTURE_REVISION, () -> store.compact(revision + 1_000));
    }
  }

  @Test
  default void compactionForgetsWhatWasReplacedAndKeepsWhatIsCurrent() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      long kept = put(store, prefix + "kept", "kept");
      put(store, prefix + "changed", "before");
      put(store, prefix + "gone", "gone");
      long before = delete(store, prefix + "gone");
      long compacted = put(store, prefix + "changed", "after");
      put(store, prefix + "later", "later");
      store.compact(compacted);

      assertEquals(compacted, store.compactedRevision());
      assertRefused(Reason.COMPACTED, () -> store.range(prefix, "", 0, before));
      Page page = store.range(prefix, "", 0, compacted);
      assertEquals(
          List.of("after", "kept"), page.entries().stream().map(StoreFixture::text).toList());
      assertEntry(prefix + "kept", "kept", kept, kept, store.get(prefix + "kept"));
      assertEquals(3, store.range(prefix, "", 0, 0).entries().size());

      store.compact(before);
      assertEquals(compacted, store.compactedRevision(), "compaction never goes back");
    }
  }

  @Test
  default void valueThatIsTooLargeIsRefusedAndNothingIsWritten() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      long before = store.revision();
      var tooLarge = new byte[Store.VALUE_BYTES_MAX + 1];
      assertRefused(
          Reason.TOO_LARGE,
          () -> store.write(new Mutation.Put(key, tooLarge, new Precondition.None())));
      assertEquals(before, store.revision());
      assertEquals(Optional.empty(), store.get(key));

      // The bound is etcd's for a whole request: the key takes its part.
      var large = new byte[Store.VALUE_BYTES_MAX - 4096];
      large[large.length - 1] = 7;
      committed(store.write(new Mutation.Put(key, large, new Precondition.None())));
      assertArrayEquals(large, store.get(key).orElseThrow().value());
    }
  }

  @Test
  default void emptyValueIsAValue() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      put(store, key, "");
      assertEquals("", StoreFixture.text(store.get(key).orElseThrow()));
    }
  }

  @Test
  default void closedStoreAnswersUnavailable() throws Exception {
    Store store = open();
    String key = freshPrefix() + "a";
    put(store, key, "one");
    store.close();
    store.close();
    assertRefused(Reason.UNAVAILABLE, () -> put(store, key, "two"));
    assertRefused(Reason.UNAVAILABLE, () -> store.get(key));
    assertRefused(Reason.UNAVAILABLE, () -> store.range(key, "", 0, 0));
    assertRefused(Reason.UNAVAILABLE, () -> store.watch(key, 0, new RecordingWatcher()));
    assertRefused(Reason.UNAVAILABLE, store::revision);
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertEquals(reason, assertThrows(StoreException.class, call::run).reason());
  }

  private static Optional<Entry> previous(Outcome outcome) {
    return assertInstanceOf(Outcome.Committed.class, outcome).previous();
  }

  private static Optional<Entry> conflicting(Outcome outcome) {
    return assertInstanceOf(Outcome.Conflict.class, outcome).current();
  }

  private static void assertEntry(
      String key, String value, long created, long revision, Optional<Entry> actual) {
    Entry entry = actual.orElseThrow();
    assertEquals(key, entry.key());
    assertEquals(value, StoreFixture.text(entry));
    assertEquals(created, entry.createRevision(), "create revision");
    assertEquals(revision, entry.revision(), "revision");
  }
}
