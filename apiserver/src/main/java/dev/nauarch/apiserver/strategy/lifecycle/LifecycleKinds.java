package dev.nauarch.apiserver.strategy.lifecycle;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;
import java.time.InstantSource;

/** The strategies of lifecycle.k8s.io. */
public final class LifecycleKinds {

  private static final String GROUP = "lifecycle.k8s.io";

  private LifecycleKinds() {}

  /** Registers them. */
  public static void register(KindTable table, InstantSource clock) {
    table.strategy(
        GROUP,
        "Eviction",
        RuleStrategy.of(EvictionRules::eviction, EvictionRules::evictionChange)
            .statusBy(
                (problems, eviction, old) ->
                    EvictionRules.evictionStatus(problems, eviction, old, clock))
            .with(Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "EvictionRequest",
        RuleStrategy.of(EvictionRules::request, EvictionRules::requestChange)
            .statusBy(EvictionRules::requestStatus)
            .with(Trait.NEEDS_VERSION));
  }
}
