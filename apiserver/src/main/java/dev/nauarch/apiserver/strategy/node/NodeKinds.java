package dev.nauarch.apiserver.strategy.node;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;

/** The strategies of node.k8s.io. */
public final class NodeKinds {

  private NodeKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        "node.k8s.io",
        "RuntimeClass",
        RuleStrategy.of(RuntimeClassRules::check, RuntimeClassRules::change)
            .with(Trait.NEEDS_VERSION, Trait.CREATED_BY_UPDATE));
  }
}
