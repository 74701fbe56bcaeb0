package dev.nauarch.scheduling.model;

/**
 * How much the parts of a node's score count. Each part is 0 to 100; one that counts 0 is left out.
 *
 * @param preferredNodes node affinity that a pod prefers
 * @param taints that the node has no taints with the effect PreferNoSchedule
 * @param free how much of processor time and memory is left, or taken if {@code packs}
 * @param balanced how evenly both are used
 * @param packs whether fuller nodes are better
 * @param podAffinity which pods are near that a pod wants beside it or not, or who want it
 * @param spread how few of the pods that a pod is spread with are near
 * @param images how much of a pod's images the node has already
 */
public record Weights(
    int preferredNodes,
    int taints,
    int free,
    int balanced,
    boolean packs,
    int podAffinity,
    int spread,
    int images) {

  /** For pods of which nobody says otherwise. */
  public static final Weights DEFAULT = new Weights(4, 3, 1, 1, false, 2, 2, 1);
}
