package dev.nauarch.apiserver;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Page;
import dev.nauarch.store.Store;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import java.util.Optional;

/** A store on a store, for tests that need one to behave otherwise in one thing. */
abstract class StoreLayer implements Store {

  private final Store below;

  StoreLayer(Store below) {
    this.below = below;
  }

  @Override
  public Outcome write(Mutation mutation) {
    return below.write(mutation);
  }

  @Override
  public Optional<Entry> get(String key) {
    return below.get(key);
  }

  @Override
  public Page range(String prefix, String fromKey, int limit, long revision) {
    return below.range(prefix, fromKey, limit, revision);
  }

  @Override
  public long revision() {
    return below.revision();
  }

  @Override
  public Subscription watch(String prefix, long afterRevision, Watcher watcher) {
    return below.watch(prefix, afterRevision, watcher);
  }

  @Override
  public void compact(long revision) {
    below.compact(revision);
  }

  @Override
  public long compactedRevision() {
    return below.compactedRevision();
  }

  @Override
  public void close() {
    below.close();
  }
}
