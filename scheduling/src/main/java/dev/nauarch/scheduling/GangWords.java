package dev.nauarch.scheduling;

import dev.nauarch.scheduling.GangTopology.Found;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.fit.Refusals;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;

/** What is said of gangs that wait. */
final class GangWords {

  private final World world;

  GangWords(World world) {
    this.world = world;
  }

  /**
   * Why too few pods fit.
   *
   * @param found the most for which there is a place
   * @param refusals of the first of the others
   */
  Explanation why(Found found, Refusals refusals, int waiting, int needed) {
    var head =
        found.trial().fitting()
            + " of "
            + waiting
            + " pods of the gang fit"
            + found.where()
            + (found.where().isEmpty() ? ", " : "; ")
            + needed
            + (needed == 1 ? " is needed" : " are needed");
    if (found.nodes() == 0) {
      return Explanation.of("Unschedulable", "NoTopologyDomain", head + ".");
    }
    var homeless = found.trial().homeless().getFirst();
    var alone = world.explainer.unschedulable(homeless, refusals.in(found.area()), found.nodes());
    return alone.within(
        head + ". For the next: " + alone.summary(),
        head + "; for " + homeless.key().name() + ": " + alone.message());
  }

  /** A pod is not of the rank that its group states. */
  static Explanation otherRank(GangState.Rank rank, PodState pod) {
    return GangTopology.failed(
        "All pods of a group must have its priority and preemption policy: the group has "
            + rankWords(rank.priority(), rank.mayPreempt())
            + ", pod "
            + pod.key().name()
            + " has "
            + rankWords(pod.priority(), pod.mayPreempt())
            + ".");
  }

  private static String rankWords(int priority, boolean mayPreempt) {
    return priority + " and " + (mayPreempt ? "PreemptLowerPriority" : "Never");
  }

  /** Too few of its pods exist. */
  static Explanation incomplete(GangState gang, int present) {
    return Explanation.of(
        "Unschedulable",
        "GangIncomplete",
        "The gang needs "
            + gang.minCount()
            + " pods at once; "
            + present
            + (present == 1 ? " exists" : " exist")
            + " and can be placed.");
  }
}
