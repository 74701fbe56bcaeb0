package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;

/** How good nodes are by what somebody outside said. */
record AdvicePreference(Advice advice, Cluster cluster) implements Preference {

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public void compare(int[] nodes, int count, long[] worth) {
    for (var i = 0; i < count; i++) {
      var slot = cluster.slot(nodes[i]);
      worth[i] = slot == null ? 0 : MOST / 100 * advice.points(slot);
    }
  }
}
