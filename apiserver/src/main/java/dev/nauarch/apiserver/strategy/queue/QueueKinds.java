package dev.nauarch.apiserver.strategy.queue;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;

/** The strategies of kueue.x-k8s.io. */
public final class QueueKinds {

  private static final String GROUP = "kueue.x-k8s.io";

  private QueueKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(GROUP, "LocalQueue", RuleStrategy.of((_, _) -> {}, QueueRules::local));
    table.strategy(GROUP, "ClusterQueue", RuleStrategy.of(QueueRules::cluster));
    table.strategy(
        GROUP, "Workload", RuleStrategy.of(QueueRules::workload, QueueRules::workloadChange));
  }
}
