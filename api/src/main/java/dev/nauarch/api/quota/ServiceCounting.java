package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.Set;

/** Counts services, and the node ports and load balancers that they mean to have. */
final class ServiceCounting implements Counting<Service> {

  private static final String COUNT = "count/services";
  private static final String ALL = "services";
  private static final String NODE_PORTS = "services.nodeports";
  private static final String LOAD_BALANCERS = "services.loadbalancers";
  private static final Set<String> NAMES = Set.of(COUNT, ALL, NODE_PORTS, LOAD_BALANCERS);

  @Override
  public Class<Service> type() {
    return Service.class;
  }

  @Override
  public boolean counts(String name) {
    return NAMES.contains(name);
  }

  @Override
  public Amounts usage(Service service, Instant now) {
    var spec = service.getSpec();
    var type = spec.getType() == null ? "" : spec.getType();
    boolean isBalanced = type.equals("LoadBalancer");
    // Ports get their numbers only later: what counts is the intent.
    boolean takesAll =
        type.equals("NodePort")
            || (isBalanced && !Boolean.FALSE.equals(spec.getAllocateLoadBalancerNodePorts()));
    long ports = 0;
    if (takesAll) {
      ports = spec.getPorts().size();
    } else if (isBalanced) {
      ports =
          spec.getPorts().stream()
              .filter(port -> port.getNodePort() != null && port.getNodePort() != 0)
              .count();
    }
    return Amounts.of(COUNT, Amount.ONE)
        .with(ALL, Amount.ONE)
        .with(NODE_PORTS, Amount.of(ports))
        .with(LOAD_BALANCERS, Amount.of(isBalanced ? 1 : 0));
  }
}
