package dev.nauarch.scheduling.plugin;

/**
 * Says on which nodes a pod may run. Asked by one thread, again for each pod and each node that
 * nothing else keeps the pod from, so it should take microseconds. The same pod and node give the
 * same answer: no clock, no chance, no files, no network. Where it throws, the node is not possible
 * for the pod, and what it threw is told.
 */
@FunctionalInterface
public interface NodeFilter {

  /** Whether the pod may run on the node, as both are now. */
  Verdict check(PodView pod, NodeView node);
}
