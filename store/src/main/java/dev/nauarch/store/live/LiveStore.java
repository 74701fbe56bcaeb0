package dev.nauarch.store.live;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Page;
import dev.nauarch.store.Store;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import java.util.Optional;

/** A store that has everything in memory: its reads and watches are those of its history. */
public abstract class LiveStore implements Store {

  private final LiveHistory history;

  /** A store with this history. */
  protected LiveStore(LiveHistory history) {
    this.history = history;
  }

  /** What it holds. */
  protected final LiveHistory history() {
    return history;
  }

  @Override
  public final Optional<Entry> get(String key) {
    return history.snapshot().get(key);
  }

  @Override
  public final Page range(String prefix, String fromKey, int limit, long revision) {
    return history.snapshot().range(prefix, fromKey, limit, revision);
  }

  @Override
  public final long revision() {
    return history.snapshot().revision();
  }

  @Override
  public final Subscription watch(String prefix, long afterRevision, Watcher watcher) {
    return history.watch(prefix, afterRevision, watcher);
  }

  @Override
  public final long compactedRevision() {
    return history.snapshot().compactedRevision();
  }
}
