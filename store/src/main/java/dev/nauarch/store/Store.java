package dev.nauarch.store;

import java.util.Optional;

/**
 * A revisioned key-value store, the port that every adapter implements and one contract suite
 * checks.
 *
 * <p>Every mutation that happens gets the next revision. A write is visible to readers and watchers
 * only once it is durable. All methods may be called from any thread; {@link #write} blocks until
 * the outcome is known.
 */
public interface Store extends AutoCloseable {

  /** The largest value a store takes, in bytes: etcd's own bound. */
  int VALUE_BYTES_MAX = 1_572_864;

  /**
   * Carries out one mutation, durably before it returns.
   *
   * @throws StoreException {@code TOO_LARGE}, {@code NO_SPACE} (nothing was written) or {@code
   *     UNAVAILABLE} (it is unknown whether the write happened)
   */
  Outcome write(Mutation mutation);

  /** The latest entry under a key. */
  Optional<Entry> get(String key);

  /**
   * Reads the entries whose key starts with a prefix, in key order (by UTF-8 bytes).
   *
   * @param prefix the prefix; every key has the empty one
   * @param fromKey the first key to read, inclusive; empty for the start of the prefix
   * @param limit how many entries at the most; 0 for all
   * @param revision the revision to read at; 0 for the latest
   * @throws StoreException {@code COMPACTED} or {@code FUTURE_REVISION}
   */
  Page range(String prefix, String fromKey, int limit, long revision);

  /** The revision of the last durable write; 1 for a store that was never written. */
  long revision();

  /**
   * Delivers the changes under a prefix, from the first after a revision on, then live ones.
   *
   * @param prefix the prefix
   * @param afterRevision the last revision that the watcher knows; 0 for the latest
   * @throws StoreException {@code COMPACTED} when changes after that revision are gone
   */
  Subscription watch(String prefix, long afterRevision, Watcher watcher);

  /**
   * Forgets the versions that are no longer current at a revision. Reads and watches that need an
   * older one are refused from then on.
   */
  void compact(long revision);

  /** The revision of the last compaction; 0 where there was none. */
  long compactedRevision();

  /** Closes the store; watchers are told, writes under way are answered {@code UNAVAILABLE}. */
  @Override
  void close();
}
