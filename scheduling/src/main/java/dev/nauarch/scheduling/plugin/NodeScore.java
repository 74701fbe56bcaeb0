package dev.nauarch.scheduling.plugin;

/**
 * Says how good a node is for a pod that can run there. What holds of {@link NodeFilter} holds of
 * it.
 */
@FunctionalInterface
public interface NodeScore {

  /** The best that a node can be. */
  int MAX = 100;

  /** How good the node is for the pod, 0 to {@link #MAX}; a profile says how much that counts. */
  int score(PodView pod, NodeView node);
}
