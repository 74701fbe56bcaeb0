package dev.nauarch.scheduling.queue;

import dev.nauarch.scheduling.model.Amounts;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a workload was granted.
 *
 * @param clusterQueue by which cluster queue
 * @param podSets to each pod set
 */
public record Grant(String clusterQueue, List<PodSetGrant> podSets) {

  /**
   * What a pod set was granted.
   *
   * @param name the pod set
   * @param flavorByResource the flavor of each resource that has quota
   * @param usage what all its pods ask for
   * @param count how many pods
   */
  public record PodSetGrant(
      String name, SortedMap<String, String> flavorByResource, Amounts usage, int count) {

    /** Copies the map. */
    public PodSetGrant {
      flavorByResource = Collections.unmodifiableSortedMap(new TreeMap<>(flavorByResource));
    }
  }

  /** Copies the list. */
  public Grant {
    podSets = List.copyOf(podSets);
  }

  /** How much of each flavor it takes. */
  public SortedMap<String, Amounts> usageByFlavor() {
    var usage = new TreeMap<String, Amounts>();
    for (var podSet : podSets) {
      podSet.flavorByResource.forEach(
          (resource, flavor) ->
              usage.merge(
                  flavor, Amounts.NONE.with(resource, podSet.usage.of(resource)), Amounts::plus));
    }
    return usage;
  }
}
