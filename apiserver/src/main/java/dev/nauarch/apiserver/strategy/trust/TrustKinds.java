package dev.nauarch.apiserver.strategy.trust;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;
import java.time.InstantSource;

/** The strategies of the kinds of certificates.k8s.io that others act upon. */
public final class TrustKinds {

  private static final String GROUP = "certificates.k8s.io";

  private TrustKinds() {}

  /** Registers them. */
  public static void register(KindTable table, InstantSource clock) {
    table.strategy(
        GROUP,
        "ClusterTrustBundle",
        RuleStrategy.of(BundleRules::check, BundleRules::change)
            .with(Trait.CHECKED_ONCE, Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "PodCertificateRequest",
        RuleStrategy.of(PodCertificateRules::check, PodCertificateRules::change)
            .statusBy(
                (problems, request, old) ->
                    new PodCertificateStatus(problems, clock.instant()).check(request, old))
            .with(Trait.CHECKED_ONCE, Trait.NEEDS_VERSION));
  }
}
