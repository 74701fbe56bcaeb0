package dev.nauarch.store.history;

import dev.nauarch.store.Entry;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a key held from one revision on, and the versions before it.
 *
 * @param revision the revision of this version
 * @param entry the entry; null where the key was deleted
 * @param older the version before; null where there was none, or it was compacted away
 */
record Version(long revision, @Nullable Entry entry, @Nullable Version older) {

  /** The entry that was current at a revision; null where the key did not exist then. */
  @Nullable Entry at(long asOf) {
    for (Version version = this; version != null; version = version.older) {
      if (version.revision <= asOf) {
        return version.entry;
      }
    }
    return null;
  }

  /**
   * These versions without those that nobody sees at a revision or later; null where nothing is
   * left, because the key was gone by then.
   */
  @Nullable Version compacted(long through) {
    var kept = new ArrayDeque<Version>();
    @Nullable Version version = this;
    while (version != null && version.revision > through) {
      kept.push(version);
      version = version.older;
    }
    @Nullable Version chain =
        version == null || version.entry == null
            ? null
            : new Version(version.revision, version.entry, null);
    for (Version newer : kept) {
      chain = new Version(newer.revision, newer.entry, chain);
    }
    return chain;
  }
}
