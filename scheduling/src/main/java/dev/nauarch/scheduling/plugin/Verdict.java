package dev.nauarch.scheduling.plugin;

/**
 * Whether a pod may run on a node.
 *
 * @param reason why it may not, the same for all nodes for which it is the same reason, for example
 *     {@code node(s) had no licence}; empty where it may
 * @param dependsOnPods whether the reason lies in the pods that the node has, so that it may help
 *     to stop some
 */
public record Verdict(String reason, boolean dependsOnPods) {

  /** The pod may run there. */
  public static final Verdict POSSIBLE = new Verdict("", false);

  /** The pod may not run there, whatever else does. */
  public static Verdict refused(String reason) {
    return new Verdict(orSome(reason), false);
  }

  /** The pod may not run beside the pods that are there. */
  public static Verdict refusedForPods(String reason) {
    return new Verdict(orSome(reason), true);
  }

  /** Whether the pod may run there. */
  public boolean isPossible() {
    return reason.isEmpty();
  }

  private static String orSome(String reason) {
    return reason.isBlank() ? "node(s) were refused" : reason;
  }
}
