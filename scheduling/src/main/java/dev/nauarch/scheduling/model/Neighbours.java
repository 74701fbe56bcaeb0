package dev.nauarch.scheduling.model;

import java.util.List;

/**
 * What a pod wants of the pods around it.
 *
 * @param near of each there must be one in the node's domain
 * @param apart of each there must be none in the node's domain
 * @param preferred add to or take from a node's score
 * @param spread evenness over domains
 */
public record Neighbours(
    List<PodTerm> near,
    List<PodTerm> apart,
    List<WeightedPodTerm> preferred,
    List<SpreadConstraint> spread) {

  /** No wish. */
  public static final Neighbours ANY = new Neighbours(List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Neighbours {
    near = List.copyOf(near);
    apart = List.copyOf(apart);
    preferred = List.copyOf(preferred);
    spread = List.copyOf(spread);
  }

  /** Whether there is no wish. */
  public boolean isEmpty() {
    return near.isEmpty() && apart.isEmpty() && preferred.isEmpty() && spread.isEmpty();
  }
}
