package dev.nauarch.store.memory;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.history.Decision;
import dev.nauarch.store.history.HistoryLimits;
import dev.nauarch.store.history.Snapshot;
import dev.nauarch.store.live.LiveHistory;
import dev.nauarch.store.live.LiveStore;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store that lives as long as its process. A write is as durable as it gets once it is applied.
 *
 * <p>Writers take turns on a lock; readers take none.
 */
public final class MemoryStore extends LiveStore {
  private final HistoryLimits limits;
  private final ReentrantLock writing = new ReentrantLock();

  /** A store with the usual limits. */
  public MemoryStore() {
    this(HistoryLimits.DEFAULT, Duration.ofSeconds(1));
  }

  /**
   * @param limits how much of the past is kept
   * @param progressInterval how often a watcher with no events of its own hears of progress
   */
  public MemoryStore(HistoryLimits limits, Duration progressInterval) {
    super(new LiveHistory(Snapshot.empty(), progressInterval));
    this.limits = limits;
  }

  @Override
  public Outcome write(Mutation mutation) {
    writing.lock();
    try {
      Snapshot before = history().snapshot();
      return switch (before.decide(mutation)) {
        case Decision.Refusal(var conflict) -> conflict;
        case Decision.Change change -> {
          show(before, before.with(change.event()).within(limits));
          yield change.outcome();
        }
      };
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void compact(long revision) {
    writing.lock();
    try {
      Snapshot before = history().snapshot();
      show(before, before.compacted(revision));
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      history().close();
    } finally {
      writing.unlock();
    }
  }

  private void show(Snapshot before, Snapshot after) {
    history().publish(after);
    history().announce(before, after);
  }
}
