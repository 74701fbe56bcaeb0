package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.nodeagent.network.BalancerPlan.Place;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BalancerPlanTest {
  private final BalancerPlan plan = new BalancerPlan("10.244.0.1");

  @Test
  void theOldestServiceOfAPortHasTheAddress() {
    var changes = changes(service("b", 1, 80), service("a", 2, 80), service("c", 3, 443));
    assertEquals(List.of("b", "c"), names(changes));
    var ingress = changes.getFirst().getStatus().getLoadBalancer().getIngress();
    assertEquals("10.244.0.1", ingress.getFirst().getIp());
    assertEquals(List.of(), names(changes(changes.getFirst(), service("a", 2, 80))));
  }

  @Test
  void portsOfTheNodeAndServicesOfAClassAreLeftAlone() {
    var classed = service("a", 1, 80).edit().editSpec().withLoadBalancerClass("x.io/y").endSpec();
    assertEquals(List.of(), names(changes(service("b", 1, 6443), classed.build())));
  }

  @Test
  void whatOthersWroteStaysAndOursGoesWithTheType() {
    var ours = changes(service("a", 1, 80)).getFirst();
    var plain = ours.edit().editSpec().withType("ClusterIP").endSpec().build();
    var cleared = changes(plain);
    assertEquals(List.of(), cleared.getFirst().getStatus().getLoadBalancer().getIngress());
    var theirs =
        service("a", 1, 80)
            .edit()
            .editOrNewStatus()
            .withNewLoadBalancer()
            .addNewIngress()
            .withIp("192.0.2.1")
            .endIngress()
            .endLoadBalancer()
            .endStatus()
            .build();
    assertEquals(List.of(), names(changes(theirs)));
  }

  private List<Service> changes(Service... services) {
    var used = Set.of(new Place("TCP", 6443));
    return plan.changes(List.of(services), place -> !used.contains(place));
  }

  private static List<String> names(List<Service> services) {
    return services.stream().map(service -> service.getMetadata().getName()).toList();
  }

  private static Service service(String name, int second, int port) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .withCreationTimestamp("2026-11-23T00:00:0" + second + "Z")
        .endMetadata()
        .withNewSpec()
        .withType("LoadBalancer")
        .addNewPort()
        .withProtocol("TCP")
        .withPort(port)
        .endPort()
        .endSpec()
        .build();
  }
}
