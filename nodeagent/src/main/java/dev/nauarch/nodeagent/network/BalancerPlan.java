package dev.nauarch.nodeagent.network;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which Services of type LoadBalancer have the address of the node, where no other load balancer is
 * meant by a class. Pure. Of two with the same port the older one has it; a port that a program of
 * the node listens at is left to that program.
 *
 * @param address the node's own
 */
record BalancerPlan(String address) {

  /** A port at the node's address. */
  record Place(String protocol, int port) {}

  /**
   * The Services whose status is to change, as they then are.
   *
   * @param isFree whether nothing of the node itself is at a port
   */
  List<Service> changes(Collection<Service> services, Predicate<Place> isFree) {
    var changes = new ArrayList<Service>();
    var taken = new HashSet<Place>();
    for (var service : services) {
      if (hasAddress(service)) {
        if (isMeant(service)) {
          taken.addAll(places(service));
        } else {
          changes.add(with(service, List.of()));
        }
      }
    }
    services.stream()
        .filter(service -> isMeant(service) && ingress(service).isEmpty())
        .sorted(
            Comparator.comparing((Service s) -> s.getMetadata().getCreationTimestamp())
                .thenComparing(s -> s.getMetadata().getNamespace())
                .thenComparing(s -> s.getMetadata().getName()))
        .forEach(
            service -> {
              var wanted = places(service);
              if (wanted.stream().allMatch(place -> !taken.contains(place) && isFree.test(place))) {
                taken.addAll(wanted);
                changes.add(with(service, List.of(own())));
              }
            });
    return changes;
  }

  private static boolean isMeant(Service service) {
    var spec = service.getSpec();
    return "LoadBalancer".equals(spec.getType())
        && spec.getLoadBalancerClass() == null
        && service.getMetadata().getDeletionTimestamp() == null;
  }

  /** Whether the address is all that a Service has: then it is from here. */
  private boolean hasAddress(Service service) {
    var ingress = ingress(service);
    return ingress.size() == 1 && Objects.equals(ingress.getFirst().getIp(), address);
  }

  private static List<LoadBalancerIngress> ingress(Service service) {
    var status = service.getStatus();
    return status == null || status.getLoadBalancer() == null
        ? List.of()
        : status.getLoadBalancer().getIngress();
  }

  private static Set<Place> places(Service service) {
    return service.getSpec().getPorts().stream()
        .map(
            port ->
                new Place(Objects.requireNonNullElse(port.getProtocol(), "TCP"), port.getPort()))
        .collect(Collectors.toSet());
  }

  private LoadBalancerIngress own() {
    var ingress = new LoadBalancerIngress();
    ingress.setIp(address);
    ingress.setIpMode("VIP");
    return ingress;
  }

  private static Service with(Service service, List<LoadBalancerIngress> ingress) {
    return service
        .edit()
        .editOrNewStatus()
        .withNewLoadBalancer()
        .withIngress(ingress)
        .endLoadBalancer()
        .endStatus()
        .build();
  }
}
