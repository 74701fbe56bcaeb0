package dev.nauarch.apiserver.strategy.autoscaling;

import dev.nauarch.apiserver.strategy.kind.KindTable;

/** The strategies of the group autoscaling. */
public final class AutoscalingKinds {

  private AutoscalingKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy("autoscaling", "HorizontalPodAutoscaler", new AutoscalerStrategy());
  }
}
