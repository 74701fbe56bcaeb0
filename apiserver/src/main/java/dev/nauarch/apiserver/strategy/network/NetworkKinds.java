package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;

/** The strategies of services and what stands behind them. */
public final class NetworkKinds {

  private static final String GROUP = "networking.k8s.io";

  private NetworkKinds() {}

  /** Registers them. */
  public static void register(KindTable table, ServiceAllocator allocator) {
    table.strategy(
        GROUP, "IPAddress", RuleStrategy.of(AddressRules::address, AddressRules::addressChange));
    table.strategy(GROUP, "Ingress", new IngressStrategy());
    table.strategy(
        GROUP,
        "IngressClass",
        RuleStrategy.of(IngressClassRules::check, IngressClassRules::change));
    table.strategy(GROUP, "NetworkPolicy", new PolicyStrategy());
    table.strategy(GROUP, "ServiceCIDR", new ServiceCidrStrategy());
    table.strategy("", "Service", new ServiceStrategy(allocator));
    table.strategy("", "Endpoints", RuleStrategy.of(EndpointRules::endpoints));
    table.strategy(
        "discovery.k8s.io",
        "EndpointSlice",
        RuleStrategy.of(EndpointRules::slice, EndpointRules::sliceChange)
            .filledBy((slice, _) -> EndpointRules.fillSlice(slice))
            .warningOf(EndpointRules::warnings));
  }
}
