package dev.nauarch.store.embedded;

import static dev.nauarch.store.contract.StoreFixture.delete;
import static dev.nauarch.store.contract.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.contract.StoreContract;
import dev.nauarch.store.contract.StoreFixture;
import dev.nauarch.store.contract.WatchContract;
import dev.nauarch.store.history.HistoryLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest implements StoreContract, WatchContract {
  @TempDir private Path directory;

  private static EmbeddedStoreOptions options(int eventsMax, long logBytesMax) {
    return new EmbeddedStoreOptions(
        new HistoryLimits(eventsMax, 128 << 20), Duration.ofMillis(50), 256, logBytesMax);
  }

  @Override
  public Store open(int lagEventsMax) throws Exception {
    return EmbeddedStore.open(directory, options(lagEventsMax, 64 << 20));
  }

  @Test
  void everythingIsThereAfterAnOrderlyRestart() throws Exception {
    long created;
    long changed;
    try (Store store = open()) {
      created = put(store, "/a", "one");
      changed = put(store, "/a", "two");
      put(store, "/gone", "x");
      delete(store, "/gone");
    }
    try (Store store = open()) {
      assertEquals(5, store.revision());
      var entry = store.get("/a").orElseThrow();
      assertEquals("two", StoreFixture.text(entry));
      assertEquals(List.of(created, changed), List.of(entry.createRevision(), entry.revision()));
      assertEquals(1, store.range("", "", 0, 0).entries().size());
      assertEquals("x", StoreFixture.text(store.range("/gone", "", 0, 4).entries().getFirst()));
      assertEquals(6, put(store, "/b", "three"));
    }
  }

  @Test
  void compactionOutlivesARestart() throws Exception {
    try (Store store = open()) {
      put(store, "/a", "one");
      long second = put(store, "/a", "two");
      store.compact(second);
    }
    try (Store store = open()) {
      assertEquals(3, store.compactedRevision());
      assertThrows(StoreException.class, () -> store.range("", "", 0, 2));
    }
  }

  @Test
  void snapshotsReplaceTheLogsBeforeThem() throws Exception {
    EmbeddedStoreOptions small = options(1000, 20_000);
    try (Store store = EmbeddedStore.open(directory, small)) {
      for (int i = 0; i < 3_000; i++) {
        put(store, "/key-" + i % 100, "value-" + i + " ".repeat(50));
      }
    }
    assertTrue(count("snapshot-") == 1, "one snapshot is kept");
    assertTrue(count("log-") <= 2, () -> "the logs before a snapshot are removed");
    assertTrue(bytes() < 150_000, () -> "3,000 writes take " + bytes() + " bytes");
    try (Store store = EmbeddedStore.open(directory, small)) {
      assertEquals(3_001, store.revision());
      assertEquals(100, store.range("", "", 0, 0).entries().size());
      var entry = store.get("/key-7").orElseThrow();
      assertEquals("value-2907", StoreFixture.text(entry).strip());
      assertEquals(List.of(9L, 2_909L), List.of(entry.createRevision(), entry.revision()));
    }
  }

  @Test
  void directoryThatIsOpenIsNotOpenedAgain() throws Exception {
    try (Store store = open()) {
      put(store, "/a", "one");
      var refused = assertThrows(StoreException.class, this::open);
      assertEquals(Reason.UNAVAILABLE, refused.reason());
    }
    open().close();
  }

  @Test
  void formatOfALaterBuildIsRefusedInClearWords() throws Exception {
    open().close();
    Files.writeString(directory.resolve("FORMAT"), "nauarch-store 2\n");
    var refused = assertThrows(StoreException.class, this::open);
    assertEquals(Reason.CORRUPT, refused.reason());
    assertTrue(String.valueOf(refused.getMessage()).contains("has format 'nauarch-store 2'"));
  }

  @Test
  void lostFilesAreNoticed() throws Exception {
    EmbeddedStoreOptions small = options(1000, 20_000);
    try (Store store = EmbeddedStore.open(directory, small)) {
      for (int i = 0; i < 1_000; i++) {
        put(store, "/key-" + i % 100, "value-" + i + " ".repeat(50));
      }
    }
    for (String name : List.of("FORMAT", "snapshot-", "log-")) {
      Path file = files().stream().filter(f -> name(f).startsWith(name)).findFirst().orElseThrow();
      Path aside = directory.resolve("aside");
      Files.move(file, aside);
      var refused =
          assertThrows(StoreException.class, () -> EmbeddedStore.open(directory, small), name);
      assertEquals(Reason.CORRUPT, refused.reason());
      Files.move(aside, file);
    }
    EmbeddedStore.open(directory, small).close();
  }

  @Test
  void interruptedWriterStillLearnsItsOutcome() throws Exception {
    try (Store store = open()) {
      Thread.currentThread().interrupt();
      assertEquals(2, put(store, "/a", "one"));
      assertTrue(Thread.interrupted());
      assertEquals(3, put(store, "/a", "two"));
    }
  }

  @Test
  void directoryIsForItsOwnerAlone() throws Exception {
    Path fresh = directory.resolve("fresh");
    EmbeddedStore.open(fresh, EmbeddedStoreOptions.DEFAULT).close();
    assertEquals(3, Files.getPosixFilePermissions(fresh).size());
  }

  private long count(String prefix) throws Exception {
    return files().stream().filter(file -> name(file).startsWith(prefix)).count();
  }

  private long bytes() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
