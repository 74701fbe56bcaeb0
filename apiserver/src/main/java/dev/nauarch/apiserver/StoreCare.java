package dev.nauarch.apiserver;

import dev.nauarch.apiserver.encryption.EncryptedStore;
import dev.nauarch.apiserver.watch.WatchCache;
import dev.nauarch.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about the store again and again, each on a virtual thread of its own: old versions
 * are forgotten, and the file of its keys is looked at.
 */
final class StoreCare implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreCare.class);

  /** A list in pages has that long to finish. */
  private static final Duration COMPACTION_INTERVAL = Duration.ofMinutes(5);

  private final EncryptedStore store;
  private final WatchCache cache;
  private final List<Thread> threads = new ArrayList<>();

  private StoreCare(EncryptedStore store, WatchCache cache) {
    this.store = store;
    this.cache = cache;
  }

  static StoreCare start(EncryptedStore store, WatchCache cache) {
    var care = new StoreCare(store, cache);
    care.every(COMPACTION_INTERVAL, "compaction", care.compaction());
    store
        .encryption()
        .lookedAtEvery()
        .ifPresent(interval -> care.every(interval, "encryption-file", care::readKeys));
    return care;
  }

  private void every(Duration interval, String name, Runnable work) {
    threads.add(Thread.ofVirtual().name(name).start(() -> repeat(interval, work)));
  }

  private static void repeat(Duration interval, Runnable work) {
    while (true) {
      try {
        Thread.sleep(interval);
        work.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (StoreException e) {
        LOG.warn("The store could not be cared for: {}", e.getMessage());
      }
    }
  }

  /** Forgets what is older than an interval. */
  private Runnable compaction() {
    var before = new long[] {store.revision()};
    return () -> {
      var now = store.revision();
      if (before[0] > store.compactedRevision()) {
        store.compact(before[0]);
      }
      cache.forgetOld();
      before[0] = now;
    };
  }

  private void readKeys() {
    if (store.encryption().readAgain()) {
      cache.readAgain();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
