package dev.nauarch.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.store.Store;
import dev.nauarch.store.contract.StoreContract;
import dev.nauarch.store.contract.WatchContract;
import dev.nauarch.store.history.HistoryLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryStoreTest implements StoreContract, WatchContract {

  @Override
  public Store open(int lagEventsMax) {
    return new MemoryStore(new HistoryLimits(lagEventsMax, 128 << 20), Duration.ofMillis(50));
  }

  @Test
  void newStoreIsAtRevisionOneAndNeverCompacted() {
    try (Store store = new MemoryStore()) {
      assertEquals(1, store.revision());
      assertEquals(0, store.compactedRevision());
    }
  }
}
