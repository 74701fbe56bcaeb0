package dev.nauarch.apiserver.strategy.trust;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;

/** The strategies of the kinds of certificates.k8s.io that say whom to trust. */
public final class TrustKinds {

  private static final String GROUP = "certificates.k8s.io";

  private TrustKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        GROUP,
        "ClusterTrustBundle",
        RuleStrategy.of(BundleRules::check, BundleRules::change)
            .with(Trait.CHECKED_ONCE, Trait.NEEDS_VERSION));
  }
}
