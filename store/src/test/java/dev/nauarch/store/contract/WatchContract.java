package dev.nauarch.store.contract;

import static dev.nauarch.store.contract.StoreFixture.delete;
import static dev.nauarch.store.contract.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store delivers to watchers. */
@Timeout(60)
public interface WatchContract extends StoreFixture {

  @Test
  default void watchFromNowSeesWhatIsWrittenFromNowOnUnderItsPrefix() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      put(store, prefix + "a", "before");
      var watcher = new RecordingWatcher();
      try (Subscription _ = store.watch(prefix, 0, watcher)) {
        put(store, prefix + "b", "one");
        put(store, freshPrefix() + "b", "elsewhere");
        put(store, prefix + "b", "two");
        delete(store, prefix + "b");
        watcher.awaitEvents(3);
        assertEquals(
            List.of(prefix + "b=one", prefix + "b=two", "-" + prefix + "b"), watcher.story());
      }
    }
  }

  @Test
  default void eventTellsTheEntryBeforeAndAfter() throws Exception {
    try (Store store = open()) {
      String key = freshPrefix() + "a";
      var watcher = new RecordingWatcher();
      try (Subscription _ = store.watch(key, 0, watcher)) {
        long created = put(store, key, "one");
        long changed = put(store, key, "two");
        long deleted = delete(store, key);
        List<StoreEvent> events = watcher.awaitEvents(3);
        assertEvent(events.get(0), created, Optional.of("one"), Optional.empty());
        assertEvent(events.get(1), changed, Optional.of("two"), Optional.of("one"));
        assertEvent(events.get(2), deleted, Optional.empty(), Optional.of("two"));
        Entry after = events.get(1).current().orElseThrow();
        assertEquals(List.of(created, changed), List.of(after.createRevision(), after.revision()));
        Entry before = events.get(2).previous().orElseThrow();
        assertEquals(
            List.of(created, changed), List.of(before.createRevision(), before.revision()));
      }
    }
  }

  @Test
  default void watchFromARevisionFirstTellsWhatHappenedSince() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      put(store, prefix + "a", "known");
      long known = put(store, prefix + "b", "known");
      delete(store, prefix + "a");
      put(store, prefix + "b", "new");
      var watcher = new RecordingWatcher();
      try (Subscription _ = store.watch(prefix, known, watcher)) {
        watcher.awaitEvents(2);
        put(store, prefix + "c", "live");
        List<StoreEvent> events = watcher.awaitEvents(3);
        assertEquals(
            List.of("-" + prefix + "a", prefix + "b=new", prefix + "c=live"), watcher.story());
        assertEquals(
            "known", StoreFixture.text(events.get(0).previous().orElseThrow()), "from history");
      }
    }
  }

  @Test
  default void watchersThatStartAmidWritesSeeEachEventOnceWithNoGap() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      long start = store.revision();
      var isDone = new CountDownLatch(1);
      List<Long> written = new ArrayList<>();
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 600; i++) {
                      written.add(put(store, prefix + i % 10, "value-" + i));
                    }
                    isDone.countDown();
                  });
      List<RecordingWatcher> watchers = new ArrayList<>();
      List<Long> after = new ArrayList<>();
      List<Subscription> subscriptions = new ArrayList<>();
      while (isDone.getCount() > 0 && watchers.size() < 40) {
        long from = watchers.size() % 2 == 0 ? store.revision() : start;
        var watcher = new RecordingWatcher();
        subscriptions.add(store.watch(prefix, from, watcher));
        watchers.add(watcher);
        after.add(from);
      }
      writer.join();
      for (int i = 0; i < watchers.size(); i++) {
        long from = after.get(i);
        List<Long> expected = written.stream().filter(revision -> revision > from).toList();
        watchers.get(i).awaitTold(written.getLast());
        assertEquals(
            expected, watchers.get(i).events().stream().map(StoreEvent::revision).toList());
      }
      subscriptions.forEach(Subscription::close);
    }
  }

  @Test
  default void watcherHearsOfProgressWhenOthersChange() throws Exception {
    try (Store store = open()) {
      var watcher = new RecordingWatcher();
      try (Subscription _ = store.watch(freshPrefix(), 0, watcher)) {
        watcher.awaitTold(put(store, freshPrefix() + "a", "one"));
        watcher.awaitTold(put(store, freshPrefix() + "a", "two"));
        assertEquals(List.of(), watcher.events());
      }
    }
  }

  @Test
  default void watchFromBeforeACompactionIsRefusedAndFromItOnIsNot() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      long first = put(store, prefix + "a", "one");
      long second = put(store, prefix + "a", "two");
      put(store, prefix + "a", "three");
      store.compact(second);
      var refused = new RecordingWatcher();
      assertEquals(
          Reason.COMPACTED,
          assertThrows(StoreException.class, () -> store.watch(prefix, first, refused)).reason());
      var resumed = new RecordingWatcher();
      try (Subscription _ = store.watch(prefix, second, resumed)) {
        resumed.awaitEvents(1);
        assertEquals(List.of(prefix + "a=three"), resumed.story());
      }
    }
  }

  @Test
  default void compactionDoesNotEndAWatchThatKeepsUp() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      var watcher = new RecordingWatcher();
      try (Subscription _ = store.watch(prefix, 0, watcher)) {
        long last = 0;
        for (int i = 0; i < 20; i++) {
          last = put(store, freshPrefix() + "a", "elsewhere");
        }
        store.compact(last);
        put(store, prefix + "a", "one");
        watcher.awaitEvents(1);
        assertEquals(List.of(prefix + "a=one"), watcher.story());
      }
    }
  }

  @Test
  default void watchOfTheFutureIsRefused() throws Exception {
    try (Store store = open()) {
      long future = store.revision() + 1_000;
      assertEquals(
          Reason.FUTURE_REVISION,
          assertThrows(
                  StoreException.class,
                  () -> store.watch(freshPrefix(), future, new RecordingWatcher()))
              .reason());
    }
  }

  @Test
  default void slowWatcherIsCutOffWithoutAGapAndOthersGoOn() throws Exception {
    try (Store store = open(64)) {
      String prefix = freshPrefix();
      var gate = new CountDownLatch(1);
      var slow = RecordingWatcher.heldBy(gate);
      var quick = new RecordingWatcher();
      try (Subscription _ = store.watch(prefix, 0, slow);
          Subscription _ = store.watch(prefix, 0, quick)) {
        List<Long> written = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
          written.add(put(store, prefix + i % 7, "value-" + i));
          quick.awaitTold(written.getLast());
        }
        gate.countDown();
        assertEquals(Reason.SLOW_WATCHER, slow.awaitClosed());
        List<Long> seen = slow.events().stream().map(StoreEvent::revision).toList();
        assertTrue(seen.size() < 1_000);
        assertEquals(written.subList(0, seen.size()), seen);
        assertEquals(written, quick.events().stream().map(StoreEvent::revision).toList());
      }
    }
  }

  @Test
  default void closedSubscriptionHearsNothingMore() throws Exception {
    try (Store store = open()) {
      String prefix = freshPrefix();
      var closed = new RecordingWatcher();
      var running = new RecordingWatcher();
      Subscription subscription = store.watch(prefix, 0, closed);
      try (Subscription _ = store.watch(prefix, 0, running)) {
        put(store, prefix + "a", "one");
        closed.awaitEvents(1);
        subscription.close();
        subscription.close();
        put(store, prefix + "a", "two");
        put(store, prefix + "a", "three");
        running.awaitEvents(3);
        assertEquals(1, closed.events().size());
      }
    }
  }

  @Test
  default void closingTheStoreEndsItsWatches() throws Exception {
    Store store = open();
    var watcher = new RecordingWatcher();
    try (Subscription _ = store.watch(freshPrefix(), 0, watcher)) {
      store.close();
      assertEquals(Reason.UNAVAILABLE, watcher.awaitClosed());
    }
  }

  private static void assertEvent(
      StoreEvent event, long revision, Optional<String> current, Optional<String> previous) {
    assertEquals(revision, event.revision());
    assertEquals(current, event.current().map(StoreFixture::text));
    assertEquals(previous, event.previous().map(StoreFixture::text));
  }
}
