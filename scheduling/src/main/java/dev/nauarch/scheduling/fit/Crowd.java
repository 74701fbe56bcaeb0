package dev.nauarch.scheduling.fit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;

/**
 * Nodes that are worth the same but for their scores, the best of them first. What is said of a
 * node anew is added, and what was said before is passed over when it comes up.
 */
final class Crowd {

  private static final int SPARE = 64;

  private final List<Integer> parts;
  private final Map<Integer, Integer> scoreByNode = new HashMap<>();

  /** Higher scores first, then lower numbers: both in one number. */
  private final PriorityQueue<Long> bestFirst = new PriorityQueue<>();

  private long measure;

  /**
   * An empty one.
   *
   * @param parts what its nodes have in common; nothing where they lack a domain that they need
   */
  Crowd(List<Integer> parts) {
    this.parts = parts;
  }

  List<Integer> parts() {
    return parts;
  }

  /** Whether its nodes lack a domain that they need. */
  boolean isOutside() {
    return parts.isEmpty();
  }

  /** How crowded it was found to be. */
  long measure() {
    return measure;
  }

  void measure(long found) {
    measure = found;
  }

  boolean isEmpty() {
    return scoreByNode.isEmpty();
  }

  /** A node is one of it, with a score of at least 0. */
  void put(int node, int score) {
    var old = scoreByNode.put(node, score);
    if (old != null && old == score) {
      return;
    }
    if (bestFirst.size() > 2 * scoreByNode.size() + SPARE) {
      bestFirst.clear();
      scoreByNode.forEach((one, its) -> bestFirst.add(entry(one, its)));
    } else {
      bestFirst.add(entry(node, score));
    }
  }

  /** A node is none of it any more. */
  void leave(int node) {
    scoreByNode.remove(node);
  }

  /** The best node, the lowest number among equals; less than 0 where there is none. */
  int best() {
    while (!bestFirst.isEmpty()) {
      var entry = (long) Objects.requireNonNull(bestFirst.peek());
      var node = (int) entry;
      var score = scoreByNode.get(node);
      if (score != null && entry(node, score) == entry) {
        return node;
      }
      bestFirst.poll();
    }
    return -1;
  }

  private static long entry(int node, int score) {
    return ((long) (Integer.MAX_VALUE - score) << Integer.SIZE) | node;
  }
}
