package dev.nauarch.apiserver.encryption;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Page;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A store some of whose values lie encrypted in the one below; those who use it see them as they
 * were written. A value that no key opens is a {@link StoreException} of reason {@code UNREADABLE}
 * for who reads it alone, and {@link Unreadable} among others.
 */
public final class EncryptedStore implements Store {

  private final Store below;
  private final Encryption encryption;

  /**
   * @param below where values lie; the caller closes it
   */
  public EncryptedStore(Store below, Encryption encryption) {
    this.below = below;
    this.encryption = encryption;
  }

  /** What is encrypted. */
  public Encryption encryption() {
    return encryption;
  }

  @Override
  public Outcome write(Mutation mutation) {
    return switch (below.write(sealed(mutation))) {
      case Outcome.Committed(var revision, var previous) ->
          new Outcome.Committed(revision, previous.map(this::marked));
      case Outcome.Conflict(var current) ->
          new Outcome.Conflict(
              mutation.precondition() instanceof Precondition.AtRevision
                  ? current.map(this::opened)
                  : current.map(this::marked));
    };
  }

  private Mutation sealed(Mutation mutation) {
    return switch (mutation) {
      case Mutation.Put(var key, var value, var precondition) ->
          new Mutation.Put(key, providers(key).seal(key, value), precondition);
      case Mutation.Delete delete -> delete;
    };
  }

  @Override
  public Optional<Entry> get(String key) {
    return below.get(key).map(this::opened);
  }

  /**
   * Whether a value lies otherwise than it would be written now: by another key, or not encrypted.
   */
  public boolean isStale(String key) {
    if (encryption.rules().isEmpty()) {
      return false;
    }
    var entry = below.get(key);
    try {
      return entry.isPresent() && providers(key).open(key, entry.get().value()).isStale();
    } catch (SealException e) {
      throw unreadable(e);
    }
  }

  @Override
  public Page range(String prefix, String fromKey, int limit, long revision) {
    var page = below.range(prefix, fromKey, limit, revision);
    var entries = page.entries().stream().map(this::marked).toList();
    return new Page(entries, page.revision(), page.remaining());
  }

  @Override
  public long revision() {
    return below.revision();
  }

  @Override
  public Subscription watch(String prefix, long afterRevision, Watcher watcher) {
    return below.watch(prefix, afterRevision, new Opener(watcher));
  }

  @Override
  public void compact(long revision) {
    below.compact(revision);
  }

  @Override
  public long compactedRevision() {
    return below.compactedRevision();
  }

  /** Leaves the store below open: it is its owner's. */
  @Override
  public void close() {}

  private Providers providers(String key) {
    return encryption.rules().of(key);
  }

  private Entry opened(Entry entry) {
    try {
      return open(entry);
    } catch (SealException e) {
      throw unreadable(e);
    }
  }

  private Entry marked(Entry entry) {
    try {
      return open(entry);
    } catch (SealException e) {
      return Unreadable.of(entry, e);
    }
  }

  private Entry open(Entry entry) throws SealException {
    var value = entry.value();
    var plain = providers(entry.key()).open(entry.key(), value).plain();
    return Arrays.equals(plain, value)
        ? entry
        : new Entry(entry.key(), plain, entry.createRevision(), entry.revision());
  }

  private static StoreException unreadable(SealException why) {
    return new StoreException(
        StoreException.Reason.UNREADABLE, String.valueOf(why.getMessage()), why);
  }

  /** Opens what passes to a watcher. */
  private final class Opener implements Watcher {

    private final Watcher watcher;

    Opener(Watcher watcher) {
      this.watcher = watcher;
    }

    @Override
    public void onEvents(List<StoreEvent> events) {
      watcher.onEvents(events.stream().map(this::opened).toList());
    }

    private StoreEvent opened(StoreEvent event) {
      return new StoreEvent(
          event.key(),
          event.revision(),
          event.current().map(EncryptedStore.this::marked),
          event.previous().map(EncryptedStore.this::marked));
    }

    @Override
    public void onProgress(long revision) {
      watcher.onProgress(revision);
    }

    @Override
    public void onClosed(StoreException reason) {
      watcher.onClosed(reason);
    }
  }
}
