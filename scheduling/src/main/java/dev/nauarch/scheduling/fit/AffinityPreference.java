package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Counter;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much a pod wants the pods that are near, and how much they want it. Valid until the cluster
 * changes.
 */
final class AffinityPreference implements Preference {

  /** Pods that are wanted, or that want the pod, each with how much. */
  private record Wish(Counter counter, int weight) {}

  private final int weight;
  private final List<Wish> wishes = new ArrayList<>();

  /** For a pod. */
  AffinityPreference(PodState pod, Cluster cluster) {
    this.weight = pod.shape().weights().podAffinity();
    var topology = cluster.topology();
    var own = pod.neighbours().preferred();
    var others = pod.shape().policy().others();
    own.forEach(one -> add(topology.count(one.term()), one.weight()));
    if (topology.hasWishes() && !(own.isEmpty() && others.ignoresPreferred())) {
      var labels = cluster.labelsOf(pod.key().namespace());
      topology.forEachThatNeeds(pod, labels, counter -> add(counter, others.required()));
      topology.forEachThatWants(pod, labels, this::add);
    }
  }

  private void add(Counter counter, int times) {
    if (times != 0 && counter.inDomains() > 0) {
      wishes.add(new Wish(counter, times));
    }
  }

  /** Whether all nodes are the same for it. */
  boolean isEmpty() {
    return wishes.isEmpty();
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public void compare(int[] nodes, int count, long[] worth) {
    Arrays.fill(worth, 0, count, 0);
    for (var wish : wishes) {
      for (var i = 0; i < count; i++) {
        worth[i] += (long) wish.weight * wish.counter.around(nodes[i]);
      }
    }
    Preference.scale(count, worth);
  }
}
