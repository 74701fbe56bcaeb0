package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ObjectKey;
import java.util.LinkedHashSet;

/** The keys of the objects of one kind that went last, so many of them and no more. */
final class LastGone {

  /** As many as go within minutes in a large cluster. */
  static final int MAX = 10_000;

  private final LinkedHashSet<ObjectKey> keys = new LinkedHashSet<>();

  synchronized void add(ObjectKey key) {
    keys.addLast(key);
    if (keys.size() > MAX) {
      keys.removeFirst();
    }
  }

  synchronized boolean contains(ObjectKey key) {
    return keys.contains(key);
  }
}
