package dev.nauarch.store.embedded;

import static dev.nauarch.store.contract.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.contract.RecordingWatcher;
import dev.nauarch.store.contract.StoreFixture;
import dev.nauarch.store.history.HistoryLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store on a file system of 4 MiB of its own. Needs root, for the mount. */
@Timeout(120)
class FullDiskIT {
  private static final String VALUE = "x".repeat(3_000);

  @TempDir private Path mount;
  private Path ballast;
  private Path directory;

  @BeforeEach
  void mount() throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=4m", "nauarch-full-disk-test", mount.toString());
    ballast = mount.resolve("ballast");
    directory = mount.resolve("store");
    Files.write(ballast, new byte[1 << 20]);
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", mount.toString());
  }

  @Test
  void writesAreRefusedReadsGoOnAndSpaceBringsThemBack() throws Exception {
    int written;
    try (Store store = open(64 << 20)) {
      written = fill(store);
      long revision = store.revision();
      long size = logBytes();

      var watcher = new RecordingWatcher();
      try (var _ = store.watch("/", revision, watcher)) {
        assertRefused(store, "/refused");
        assertEquals(revision, store.revision());
        assertTrue(store.get("/refused").isEmpty());
        assertEquals(VALUE, StoreFixture.text(store.get("/key-0").orElseThrow()));
        assertEquals(size, logBytes(), "nothing half-written stays");

        Files.delete(ballast);
        assertEquals(revision + 1, put(store, "/after", VALUE));
        watcher.awaitTold(revision + 1);
        assertEquals(1, watcher.events().size());
      }
    }
    try (Store store = open(64 << 20)) {
      assertEquals(written + 1, store.range("", "", 0, 0).entries().size());
    }
  }

  @Test
  void logGoesOnWhereASnapshotFindsNoRoom() throws Exception {
    try (Store store = open(1_500_000)) {
      int written = fill(store);
      assertTrue(written > 900, "only " + written + " writes found room");
      // No refusal comes of the room that a snapshot holds for a while: each lasts.
      assertRefused(store, "/refused");
      Files.delete(ballast);
      put(store, "/after", VALUE);
    }
    try (Store store = open(1_500_000)) {
      assertEquals(VALUE, StoreFixture.text(store.get("/after").orElseThrow()));
      assertEquals(VALUE, StoreFixture.text(store.get("/key-0").orElseThrow()));
    }
  }

  private Store open(long logBytesMax) throws Exception {
    return EmbeddedStore.open(
        directory,
        new EmbeddedStoreOptions(HistoryLimits.DEFAULT, Duration.ofMillis(50), 16, logBytesMax));
  }

  private static int fill(Store store) {
    int written = 0;
    while (true) {
      try {
        put(store, "/key-" + written, VALUE);
        written++;
      } catch (StoreException full) {
        assertEquals(Reason.NO_SPACE, full.reason());
        return written;
      }
      assertTrue(written < 2_000, "the disk never fills");
    }
  }

  private static void assertRefused(Store store, String key) {
    var refused = assertThrows(StoreException.class, () -> put(store, key, VALUE));
    assertEquals(Reason.NO_SPACE, refused.reason());
  }

  private long logBytes() throws Exception {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith("log-"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + output);
  }
}
