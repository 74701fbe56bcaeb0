package dev.nauarch.scheduling.model;

/**
 * How much the parts of a node's score count. Each part is 0 to 100; one that counts 0 is left out.
 *
 * @param preferredNodes node affinity that a pod prefers
 * @param taints that the node has no taints with the effect PreferNoSchedule
 * @param free how much of processor time and memory is left, or taken if {@code packs}
 * @param balanced how evenly both are used
 * @param packs whether fuller nodes are better
 * @param neighbours what a pod prefers of other pods: affinity, anti-affinity and spread together
 */
public record Weights(
    int preferredNodes, int taints, int free, int balanced, boolean packs, int neighbours) {

  /** For pods of which nobody says otherwise. */
  public static final Weights DEFAULT = new Weights(4, 3, 1, 1, false, 2);
}
