package dev.nauarch.apiserver.strategy.core;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.limits.LimitRangeStrategy;
import dev.nauarch.apiserver.strategy.limits.QuotaStrategy;

/** The strategies of the small kinds of the core group, and of events. */
public final class CoreKinds {

  private CoreKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy("", "ConfigMap", RuleStrategy.of(ConfigRules::configMap, ConfigRules::frozen));
    table.strategy(
        "",
        "Secret",
        RuleStrategy.of(ConfigRules::secret, ConfigRules::secretChange)
            .filledBy(ConfigRules::fillSecret));
    table.strategy(
        "", "Namespace", RuleStrategy.of((_, _) -> {}).filledBy(ClusterRules::fillNamespace));
    table.strategy("", "LimitRange", new LimitRangeStrategy());
    table.strategy("", "ResourceQuota", new QuotaStrategy());
    table.strategy("", "Node", RuleStrategy.of(ClusterRules::node, ClusterRules::nodeChange));
    table.strategy("", "Event", RuleStrategy.of(ClusterRules::event));
    table.strategy("events.k8s.io", "Event", RuleStrategy.of(ClusterRules::newEvent));
  }
}
