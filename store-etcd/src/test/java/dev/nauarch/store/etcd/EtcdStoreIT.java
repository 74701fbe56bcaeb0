package dev.nauarch.store.etcd;

import static dev.nauarch.store.contract.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Store;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.contract.RecordingWatcher;
import dev.nauarch.store.contract.StoreContract;
import dev.nauarch.store.contract.WatchContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdStoreIT implements StoreContract, WatchContract {
  private EtcdProcess etcd;

  @BeforeAll
  void startEtcd(@TempDir Path directory) throws Exception {
    etcd = EtcdProcess.start(directory);
  }

  @AfterAll
  void stopEtcd() throws Exception {
    etcd.kill();
  }

  @Override
  public Store open(int lagEventsMax) throws Exception {
    return open(lagEventsMax, etcd.endpoint());
  }

  private static Store open(int lagEventsMax, String... endpoints) throws Exception {
    return EtcdStore.open(
        new EtcdOptions(
            List.of(endpoints),
            Optional.empty(),
            Duration.ofSeconds(10),
            lagEventsMax,
            Duration.ofMillis(50)));
  }

  @Test
  void watchOlderThanTheTailCatchesUpFromEtcd() throws Exception {
    String prefix = freshPrefix();
    try (Store store = open(16)) {
      long start = store.revision();
      List<Long> written = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        written.add(put(store, prefix + i % 5, "value-" + i));
      }
      var watcher = new RecordingWatcher();
      try (var _ = store.watch(prefix, start, watcher)) {
        watcher.awaitTold(written.getLast());
        put(store, prefix + "live", "live");
        List<StoreEvent> events = watcher.awaitEvents(301);
        assertEquals(written, events.subList(0, 300).stream().map(StoreEvent::revision).toList());
      }
    }
  }

  @Test
  void watchGoesOnWithoutGapOrRepetitionWhenEtcdRestarts() throws Exception {
    String prefix = freshPrefix();
    try (Store store = open()) {
      var watcher = new RecordingWatcher();
      try (var _ = store.watch(prefix, 0, watcher)) {
        List<Long> written = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
          for (int i = 0; i < 10; i++) {
            written.add(put(store, prefix + i, "value-" + life));
          }
          etcd.kill();
          etcd.restart();
        }
        written.add(put(store, prefix + "last", "last"));
        watcher.awaitTold(written.getLast());
        assertEquals(written, watcher.events().stream().map(StoreEvent::revision).toList());
      }
    }
  }

  @Test
  void anyMemberThatAnswersWillDo() throws Exception {
    // Nothing listens at the port 1 of loopback.
    try (Store store = open(16, "127.0.0.1:1", etcd.endpoint())) {
      String key = freshPrefix() + "a";
      long revision = put(store, key, "one");
      assertEquals(revision, store.get(key).orElseThrow().revision());
    }
  }

  @Test
  void clusterThatDoesNotAnswerIsUnavailable() {
    var options =
        new EtcdOptions(
            List.of("127.0.0.1:1"),
            Optional.empty(),
            Duration.ofMillis(300),
            16,
            Duration.ofSeconds(1));
    var refused = assertThrows(StoreException.class, () -> EtcdStore.open(options));
    assertEquals(Reason.UNAVAILABLE, refused.reason());
  }

  @Test
  void rangeLargerThanAPageIsOneRevision() throws Exception {
    String prefix = freshPrefix();
    try (Store store = open()) {
      for (int i = 0; i < 1_234; i++) {
        put(store, prefix + String.format("%05d", i), "value");
      }
      var page = store.range(prefix, "", 0, 0);
      assertEquals(1_234, page.entries().size());
      assertEquals(0, page.remaining());
      assertEquals(534, store.range(prefix, "", 700, 0).remaining());
      assertTrue(page.revision() <= store.revision());
    }
  }
}
