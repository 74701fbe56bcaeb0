package dev.nauarch.apiserver.strategy;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authentication.TokenAuthenticator;
import dev.nauarch.apiserver.authorization.ClusterAuthorizer;
import dev.nauarch.apiserver.conversion.Conversions;
import dev.nauarch.apiserver.crd.DefinitionStrategy;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.Strategies;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.signing.RequestStrategy;
import dev.nauarch.apiserver.strategy.access.AccessKinds;
import dev.nauarch.apiserver.strategy.admission.AdmissionKinds;
import dev.nauarch.apiserver.strategy.apiregistration.ApiServiceStrategy;
import dev.nauarch.apiserver.strategy.autoscaling.AutoscalingKinds;
import dev.nauarch.apiserver.strategy.coordination.CoordinationKinds;
import dev.nauarch.apiserver.strategy.core.CoreKinds;
import dev.nauarch.apiserver.strategy.device.DeviceKinds;
import dev.nauarch.apiserver.strategy.flow.FlowKinds;
import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.lifecycle.LifecycleKinds;
import dev.nauarch.apiserver.strategy.migration.MigrationKinds;
import dev.nauarch.apiserver.strategy.network.NetworkKinds;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.apiserver.strategy.node.NodeKinds;
import dev.nauarch.apiserver.strategy.pod.PodStrategy;
import dev.nauarch.apiserver.strategy.policy.PolicyKinds;
import dev.nauarch.apiserver.strategy.queue.QueueKinds;
import dev.nauarch.apiserver.strategy.rbac.RbacKinds;
import dev.nauarch.apiserver.strategy.scheduling.SchedulingKinds;
import dev.nauarch.apiserver.strategy.storage.StorageKinds;
import dev.nauarch.apiserver.strategy.trust.TrustKinds;
import dev.nauarch.apiserver.strategy.vertical.VerticalKinds;
import dev.nauarch.apiserver.strategy.workload.WorkloadKinds;
import java.time.InstantSource;
import java.util.Optional;

/** The strategies of the built-in kinds. Each package of kinds registers its own. */
public final class BuiltInStrategies implements Strategies {

  private final KindTable table = new KindTable();

  /**
   * What the strategies need.
   *
   * @param view the stored objects
   * @param authorizer answers access reviews
   * @param tokens makes tokens
   * @param allTokens reviews tokens
   * @param allocator gives services their addresses
   * @param clock the time
   */
  public record Needs(
      ObjectView view,
      ClusterAuthorizer authorizer,
      ServiceAccountTokens tokens,
      TokenAuthenticator allTokens,
      ServiceAllocator allocator,
      InstantSource clock) {}

  /** Strategies with these needs. */
  public BuiltInStrategies(Needs needs) {
    table.strategy("apiregistration.k8s.io", "APIService", new ApiServiceStrategy());
    AccessKinds.register(
        table,
        new AccessKinds.Needs(
            needs.view, needs.authorizer, needs.tokens, needs.allTokens, needs.clock));
    AdmissionKinds.register(table);
    AutoscalingKinds.register(table);
    CoordinationKinds.register(table);
    CoreKinds.register(table);
    DeviceKinds.register(table, needs.view, needs.clock);
    FlowKinds.register(table);
    LifecycleKinds.register(table, needs.clock);
    MigrationKinds.register(table);
    NetworkKinds.register(table, needs.allocator);
    NodeKinds.register(table);
    PolicyKinds.register(table);
    QueueKinds.register(table);
    VerticalKinds.register(table);
    RbacKinds.register(table);
    SchedulingKinds.register(table);
    StorageKinds.register(table);
    TrustKinds.register(table, needs.clock);
    WorkloadKinds.register(table);
    table.strategy(
        "certificates.k8s.io", "CertificateSigningRequest", new RequestStrategy(needs.clock));
    table.strategy("", "Pod", new PodStrategy());
    table.strategy("apiextensions.k8s.io", "CustomResourceDefinition", new DefinitionStrategy());
  }

  @Override
  public Strategy of(Kind kind) {
    if (kind.isDefined()) {
      return Strategy.PLAIN;
    }
    var strategy = table.strategyOf(kind.group(), kind.kind());
    // Versions of one group share a strategy, which sees the one that is stored.
    return Conversions.isConverted(kind) && Conversions.storedGroup(kind).equals(kind.group())
        ? new ConvertedStrategy(strategy, Conversions.of(kind))
        : strategy;
  }

  @Override
  public Optional<ResourceAction> action(Kind kind, String subresource) {
    return kind.isDefined()
        ? Optional.empty()
        : table.actionOf(kind.group(), kind.kind(), subresource);
  }
}
