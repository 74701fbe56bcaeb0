package dev.nauarch.scheduling;

import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.PodState;

/** What is said of pods that are not even tried, or whose place came to nothing. */
final class PodWords {

  private PodWords() {}

  static Explanation noGang(PodState pod) {
    return Explanation.of(
        "Unschedulable",
        "PodGroupNotFound",
        "Its PodGroup " + pod.membership().gang() + " does not exist yet.");
  }

  static Explanation notReady(PodState pod) {
    return Explanation.of(
        "Unschedulable",
        "ClaimsNotReady",
        "What was chosen for its claims on node " + pod.node() + " did not become ready.");
  }

  static Explanation notWritten(String why) {
    return Explanation.of(
        "Unschedulable", "ClaimsNotWritten", "Its claims could not be written: " + why);
  }
}
