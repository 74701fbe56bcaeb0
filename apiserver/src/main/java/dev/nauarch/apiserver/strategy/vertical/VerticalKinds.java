package dev.nauarch.apiserver.strategy.vertical;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import tools.jackson.databind.node.ObjectNode;

/** The strategies of autoscaling.k8s.io. */
public final class VerticalKinds {

  private VerticalKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        "autoscaling.k8s.io",
        "VerticalPodAutoscaler",
        RuleStrategy.of(VerticalRules::check).filledBy((object, _) -> fill(object)));
  }

  private static void fill(ObjectNode autoscaler) {
    if (autoscaler.path("spec") instanceof ObjectNode spec && !spec.has("updatePolicy")) {
      spec.putObject("updatePolicy").put("updateMode", "Recreate");
    }
  }
}
