package dev.nauarch.store.history;

import dev.nauarch.store.Entry;
import java.util.ArrayList;
import java.util.List;

/** Collects the entries under a prefix as of a revision, up to a limit, and counts the rest. */
final class RangeScan implements KeyTree.Visitor {
  private final String prefix;
  private final int limit;
  private final long revision;
  private final boolean stopsAtLimit;
  private final List<Entry> entries = new ArrayList<>();
  private long beyondLimit;

  /**
   * @param limit how many entries at the most; 0 for all
   * @param stopsAtLimit whether the entries beyond the limit are left uncounted
   */
  RangeScan(String prefix, int limit, long revision, boolean stopsAtLimit) {
    this.prefix = prefix;
    this.limit = limit;
    this.revision = revision;
    this.stopsAtLimit = stopsAtLimit;
  }

  @Override
  public boolean visit(String key, Version newest) {
    if (!key.startsWith(prefix)) {
      return false;
    }
    Entry entry = newest.at(revision);
    if (entry == null) {
      return true;
    }
    if (!isFull()) {
      entries.add(entry);
    } else {
      beyondLimit++;
    }
    return !(stopsAtLimit && isFull());
  }

  boolean isFull() {
    return limit > 0 && entries.size() == limit;
  }

  List<Entry> entries() {
    return entries;
  }

  long beyondLimit() {
    return beyondLimit;
  }
}
