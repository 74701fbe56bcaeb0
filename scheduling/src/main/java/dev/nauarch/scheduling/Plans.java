package dev.nauarch.scheduling;

import dev.nauarch.scheduling.extender.Question.Victim;
import dev.nauarch.scheduling.extender.Question.Victims;
import dev.nauarch.scheduling.fit.Preemption.Plan;
import dev.nauarch.scheduling.model.PodState;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Plans to make room, as those see them who have a say in it. */
final class Plans {

  private Plans() {}

  /** Who would stop; places that are only held are nobody's business. */
  static SortedMap<String, Victims> victims(List<Plan> plans) {
    var victimsByNode = new TreeMap<String, Victims>();
    for (var plan : plans) {
      var pods =
          plan.victims().stream().filter(pod -> !pod.isPlaceOnly()).map(Plans::victim).toList();
      if (!pods.isEmpty()) {
        victimsByNode.put(plan.node(), new Victims(pods, plan.violations()));
      }
    }
    return victimsByNode;
  }

  private static Victim victim(PodState pod) {
    return new Victim(pod.key(), pod.uid());
  }

  /** The first plan, in their order, for a node where room may be made, with those who may stop. */
  static Optional<Plan> first(List<Plan> plans, SortedMap<String, List<String>> uidsByNode) {
    return plans.stream()
        .filter(plan -> uidsByNode.containsKey(plan.node()) || stopsNobody(plan))
        .map(plan -> cleared(plan, uidsByNode.getOrDefault(plan.node(), List.of())))
        .filter(plan -> !plan.victims().isEmpty())
        .findFirst();
  }

  private static boolean stopsNobody(Plan plan) {
    return plan.victims().stream().allMatch(PodState::isPlaceOnly);
  }

  private static Plan cleared(Plan plan, List<String> uids) {
    var victims =
        plan.victims().stream()
            .filter(pod -> pod.isPlaceOnly() || uids.contains(pod.uid()))
            .toList();
    return new Plan(plan.node(), victims, Math.min(victims.size(), plan.violations()));
  }
}
