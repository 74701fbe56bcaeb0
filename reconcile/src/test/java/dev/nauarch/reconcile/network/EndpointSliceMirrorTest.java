package dev.nauarch.reconcile.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EndpointSliceMirrorTest {

  private final World world = new World();
  private final EndpointSliceMirror mirror = new EndpointSliceMirror();

  @BeforeEach
  void addService() {
    world.add(
        Resources.SERVICES,
        new ServiceBuilder()
            .withNewMetadata()
            .withName("db")
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
  }

  private static EndpointsBuilder endpoints(String... ips) {
    var builder =
        new EndpointsBuilder()
            .withNewMetadata()
            .withName("db")
            .addToLabels("tier", "data")
            .addToAnnotations("note", "by hand")
            .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{}")
            .endMetadata()
            .addNewSubset()
            .addNewPort()
            .withName("sql")
            .withPort(5432)
            .withProtocol("TCP")
            .endPort()
            .endSubset();
    for (var ip : ips) {
      builder.editFirstSubset().addNewAddress().withIp(ip).endAddress().endSubset();
    }
    return builder;
  }

  private List<EndpointSlice> slices() {
    return world.list(Resources.ENDPOINT_SLICES);
  }

  private static List<String> addresses(EndpointSlice slice) {
    return slice.getEndpoints().stream().flatMap(each -> each.getAddresses().stream()).toList();
  }

  @Test
  void endpointsWrittenByHandAreShownAsSlices() {
    world.add(
        Resources.ENDPOINTS,
        endpoints("10.0.0.1")
            .editFirstSubset()
            .addNewNotReadyAddress()
            .withIp("10.0.0.2")
            .withNodeName("here")
            .endNotReadyAddress()
            .endSubset()
            .build());
    world.settle(mirror);
    var slice = slices().getFirst();
    assertEquals(1, slices().size());
    assertEquals(List.of("10.0.0.1", "10.0.0.2"), addresses(slice));
    assertTrue(slice.getEndpoints().getFirst().getConditions().getReady());
    assertFalse(slice.getEndpoints().getLast().getConditions().getReady());
    assertEquals("here", slice.getEndpoints().getLast().getNodeName());
    assertEquals(
        "sql TCP 5432",
        slice.getPorts().getFirst().getName()
            + " "
            + slice.getPorts().getFirst().getProtocol()
            + " "
            + slice.getPorts().getFirst().getPort());
    assertEquals(
        Map.of(
            "tier",
            "data",
            "kubernetes.io/service-name",
            "db",
            "endpointslice.kubernetes.io/managed-by",
            "endpointslicemirroring-controller.k8s.io"),
        slice.getMetadata().getLabels());
    assertEquals(Map.of("note", "by hand"), slice.getMetadata().getAnnotations());
  }

  @Test
  void eachFamilyHasASliceOfItsOwn() {
    world.add(Resources.ENDPOINTS, endpoints("10.0.0.1", "fd00::1", "fd00::1").build());
    world.settle(mirror);
    var all = new ArrayList<String>();
    slices().forEach(slice -> all.add(slice.getAddressType() + addresses(slice)));
    all.sort(null);
    assertEquals(List.of("IPv4[10.0.0.1]", "IPv6[fd00::1]"), all);
  }

  @Test
  void slicesFollowTheirEndpoints() {
    world.add(Resources.ENDPOINTS, endpoints("10.0.0.1").build());
    world.settle(mirror);
    world.change(
        Resources.ENDPOINTS,
        "db",
        (Endpoints each) ->
            each.edit()
                .editFirstSubset()
                .editFirstAddress()
                .withIp("10.0.0.9")
                .endAddress()
                .endSubset()
                .editMetadata()
                .removeFromAnnotations("note")
                .endMetadata()
                .build());
    world.settle(mirror);
    assertEquals(List.of("10.0.0.9"), addresses(slices().getFirst()));
    assertTrue(slices().getFirst().getMetadata().getAnnotations().isEmpty());
    world.change(
        Resources.SERVICES,
        "db",
        (Service each) -> each.edit().editSpec().addToSelector("app", "db").endSpec().build());
    world.settle(mirror);
    assertEquals(List.of(), slices());
  }

  @Test
  void whatIsNotToBeShownIsNot() {
    world.add(
        Resources.ENDPOINTS,
        endpoints("10.0.0.1")
            .editMetadata()
            .addToLabels("endpointslice.kubernetes.io/skip-mirror", "true")
            .endMetadata()
            .build());
    world.settle(mirror);
    assertEquals(List.of(), slices());
  }

  @Test
  void endpointsOfNoServiceAreNotShown() {
    world.delete(Resources.SERVICES, new ObjectKey("default", "db"), "");
    world.add(Resources.ENDPOINTS, endpoints("10.0.0.1").build());
    world.settle(mirror);
    assertEquals(List.of(), slices());
  }

  @Test
  void ofTooManyAddressesAThousandAreShown() {
    var ips = IntStream.range(0, 1100).mapToObj(i -> "10.0." + i / 250 + "." + i % 250).toList();
    world.add(Resources.ENDPOINTS, endpoints(ips.toArray(String[]::new)).build());
    world.carryOut(mirror.reconcile(new ObjectKey("default", "db"), world, world.now()));
    assertEquals(1000, slices().getFirst().getEndpoints().size());
    assertTrue(world.events().getFirst().contains("100 addresses were skipped"));
  }
}
