package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nauarch.api.Resources;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Devices that are shared, and GPUs asked for as resources, on two simulated nodes. */
@SuppressWarnings("NullAway.Init") // set before the first test
class SharedDevicesIT {

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(22310, "2:4xH100");
    cluster
        .awaiting()
        .apply(
            Resources.DEVICE_CLASSES,
            "part",
            """
            {"apiVersion":"resource.k8s.io/v1","kind":"DeviceClass","metadata":{"name":"part"},
             "spec":{"selectors":[{"cel":{"expression":"device.driver == 'share.example.com'"}}]}}
            """);
    cluster.awaitSlices(2);
    for (var node : List.of("sim-0", "sim-1")) {
      cluster
          .awaiting()
          .apply(
              Resources.RESOURCE_SLICES,
              "share-" + node,
              """
              {"apiVersion":"resource.k8s.io/v1","kind":"ResourceSlice","metadata":{"name":"share-%1$s"},
               "spec":{"driver":"share.example.com","nodeName":"%1$s",
                "pool":{"name":"share-%1$s","generation":1,"resourceSliceCount":1},
                "devices":[{"name":"a","allowMultipleAllocations":true,"capacity":{"memory":{"value":"80Gi"}}},
                           {"name":"b","allowMultipleAllocations":true,"capacity":{"memory":{"value":"80Gi"}}}]}}
              """
                  .formatted(node));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static void pod(String name, String spec, String resources) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
             "spec":{"terminationGracePeriodSeconds":0,"nodeSelector":{"nauarch.dev/simulated":"true"},%s
              "containers":[{"name":"c","image":"any/image:1","resources":{%s}}]}}
            """
                .formatted(name, spec, resources));
    Awaiting.until(name + " runs", () -> SimulatedCluster.isReady(cluster.pod(name)));
  }

  private static void podWithShare(String name, int count, String memory) {
    cluster
        .awaiting()
        .apply(
            Resources.RESOURCE_CLAIMS,
            name,
            """
            {"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"%s"},
             "spec":{"devices":{"requests":[{"name":"gpu","exactly":{"deviceClassName":"part","count":%d,
              "capacity":{"requests":{"memory":"%s"}}}}]}}}
            """
                .formatted(name, count, memory));
    pod(
        name,
        "\"resourceClaims\":[{\"name\":\"gpu\",\"resourceClaimName\":\"" + name + "\"}],",
        "\"claims\":[{\"name\":\"gpu\"}]");
  }

  private static List<String> devices(String claim) {
    var allocation =
        cluster.awaiting().get(Resources.RESOURCE_CLAIMS, claim).orElseThrow().getStatus();
    return allocation.getAllocation().getDevices().getResults().stream()
        .map(each -> each.getPool() + "/" + each.getDevice())
        .toList();
  }

  private static String node(String pod) {
    return Objects.requireNonNull(cluster.pod(pod).getSpec().getNodeName());
  }

  @Test
  void sharesAreTakenOfDevicesThatAreBegunSoThatWholeOnesAreLeft() {
    podWithShare("p30", 1, "30Gi");
    podWithShare("p60", 1, "60Gi");
    podWithShare("p20", 1, "20Gi");
    podWithShare("p50", 1, "50Gi");
    assertEquals(devices("p60"), devices("p20"));
    assertEquals(devices("p30"), devices("p50"));
    assertEquals(node("p30"), node("p60"));
    podWithShare("both", 2, "80Gi");
    assertNotEquals(node("p30"), node("both"));
  }

  @Test
  void podsForOneGpuLeaveANodeToAPodForAll() {
    for (var i = 0; i < 3; i++) {
      pod("g" + i, "", "\"limits\":{\"nvidia.com/gpu\":\"1\"}");
      assertEquals(node("g0"), node("g" + i));
    }
    pod("all", "", "\"limits\":{\"nvidia.com/gpu\":\"4\"}");
    assertNotEquals(node("g0"), node("all"));
  }
}
