package dev.nauarch.reconcile.node;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * When nodes were heard of, by the clock of who looks: a node dates its lease by its own clock,
 * which may be another. What is seen first counts as written now, so that nodes which could not
 * reach a server that was away are not taken for silent; forgetting costs no more than that.
 */
final class LeaseTimes {

  /**
   * What was seen of a node's lease.
   *
   * @param renewed what it says
   * @param at when that was looked at last
   * @param heard when it was written, at the latest
   * @param isBehind whether the node's clock is behind ours, so that only looking tells when
   */
  private record Seen(Instant renewed, Instant at, Instant heard, boolean isBehind) {}

  private final Map<String, Seen> seenByNode = new ConcurrentSkipListMap<>();

  /**
   * When a node was heard of last.
   *
   * @param renewed what its lease says now
   */
  Instant heard(String node, Instant renewed, Instant now) {
    var seen = looked(seenByNode.get(node), renewed, now);
    seenByNode.put(node, seen);
    return seen.heard;
  }

  /** Whether a node's clock is behind, so that its lease is to be looked at often. */
  boolean isBehind(String node) {
    var seen = seenByNode.get(node);
    return seen != null && seen.isBehind;
  }

  /** A node is gone. */
  void forget(String node) {
    seenByNode.remove(node);
  }

  private static Seen looked(@Nullable Seen before, Instant renewed, Instant now) {
    if (before == null) {
      return new Seen(renewed, now, now, false);
    }
    if (renewed.equals(before.renewed)) {
      return new Seen(renewed, now, before.heard, before.isBehind);
    }
    // Written after the last look and dated before it, or after now: the node's clock is wrong.
    var isBehind = renewed.isBefore(before.at);
    return new Seen(renewed, now, isBehind || renewed.isAfter(now) ? now : renewed, isBehind);
  }
}
