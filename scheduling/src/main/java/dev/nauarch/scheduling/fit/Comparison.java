package dev.nauarch.scheduling.fit;

import java.util.List;

/** Finds the best of the nodes that are possible for one pod. Kept to be used again. */
final class Comparison {

  private int[] nodes = new int[0];
  private long[] totals = new long[0];
  private long[] worth = new long[0];
  private int count;

  /** Begins anew. */
  void clear(int numbers) {
    count = 0;
    if (nodes.length < numbers) {
      nodes = new int[2 * numbers];
      totals = new long[nodes.length];
      worth = new long[nodes.length];
    }
  }

  /** A node is possible. */
  void add(int node) {
    nodes[count++] = node;
  }

  /** The number of the best node, the first among equals; less than 0 where none is possible. */
  int best(NodeScores scores, List<Preference> preferences) {
    for (var i = 0; i < count; i++) {
      totals[i] = Preference.MOST / 100 * scores.of(nodes[i]);
    }
    for (var preference : preferences) {
      preference.compare(nodes, count, worth);
      var weight = (long) preference.weight() * scores.point();
      for (var i = 0; i < count; i++) {
        totals[i] += weight * worth[i];
      }
    }
    var best = -1;
    var most = Long.MIN_VALUE;
    for (var i = 0; i < count; i++) {
      if (totals[i] > most) {
        most = totals[i];
        best = nodes[i];
      }
    }
    return best;
  }
}
