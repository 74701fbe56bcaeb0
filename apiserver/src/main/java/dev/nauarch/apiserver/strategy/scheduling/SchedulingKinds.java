package dev.nauarch.apiserver.strategy.scheduling;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;

/** The strategies of scheduling.k8s.io. */
public final class SchedulingKinds {

  private static final String GROUP = "scheduling.k8s.io";

  private SchedulingKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        GROUP,
        "PriorityClass",
        RuleStrategy.of(SchedulingKindRules::priorityClass, SchedulingKindRules::priorityChange)
            .filledBy((priority, _) -> SchedulingKindRules.fillPriorityClass(priority)));
    table.strategy(
        GROUP,
        "PodGroup",
        RuleStrategy.of(GroupRules::group, GroupRules::groupChange)
            .statusBy(GroupRules::groupStatus));
    table.strategy(
        GROUP,
        "Workload",
        RuleStrategy.of(GroupRules::workload, GroupRules::workloadChange)
            .with(Trait.NEEDS_VERSION));
  }
}
