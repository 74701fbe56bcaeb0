package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Extended resources for which devices stand, on simulated nodes, each of which has four. */
@SuppressWarnings("NullAway.Init") // set before the first test
class ExtendedResourcesIT {

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(24043, "2:4xH100");
    cluster.deviceClass("gpu", "example.com/gpu");
    cluster.deviceClass("plugin", "nvidia.com/gpu");
    cluster.awaitSlices(2);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void claimsGoWithTheirPods() throws Exception {
    cluster.deleteAll(Resources.PODS, "app");
    Awaiting.until("all pods are gone", () -> cluster.pods("gpus").isEmpty());
    Awaiting.until("all claims are gone", () -> claims().isEmpty());
  }

  private static void pod(String name, String resource, int count) {
    pod(
        name,
        """
        "containers":[{"name":"c","image":"any/image:1","resources":{"limits":{"%s":"%d"}}}]
        """
            .formatted(resource, count));
  }

  private static void pod(String name, String containers) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"gpus"}},
             "spec":{"terminationGracePeriodSeconds":0,"nodeSelector":{"nauarch.dev/simulated":"true"},%s}}
            """
                .formatted(name, containers));
  }

  private static List<ResourceClaim> claims() {
    return cluster
        .client()
        .list(Resources.RESOURCE_CLAIMS, Selection.inNamespace("default"))
        .items();
  }

  private static ResourceClaim claimOf(Pod pod) {
    var name = pod.getStatus().getExtendedResourceClaimStatus().getResourceClaimName();
    return cluster.awaiting().get(Resources.RESOURCE_CLAIMS, name).orElseThrow();
  }

  private static List<DeviceRequestAllocationResult> results(ResourceClaim claim) {
    return claim.getStatus().getAllocation().getDevices().getResults();
  }

  private static void awaitRunning(String... names) {
    Awaiting.until(
        List.of(names) + " run",
        () -> List.of(names).stream().map(cluster::pod).allMatch(SimulatedCluster::isReady));
  }

  private static void awaitWord(String pod, String words) {
    Awaiting.until(
        pod + " says: " + words,
        () ->
            cluster.pod(pod).getStatus().getConditions().stream()
                .anyMatch(each -> each.getMessage() != null && each.getMessage().contains(words)));
  }

  @Test
  void podsGetDevicesForAResourceAndTheNextWaitsUntilOneIsFree() throws Exception {
    for (var i = 0; i < 4; i++) {
      pod("p" + i, "example.com/gpu", 2);
    }
    awaitRunning("p0", "p1", "p2", "p3");
    var given =
        IntStream.range(0, 4)
            .mapToObj(i -> claimOf(cluster.pod("p" + i)))
            .flatMap(claim -> results(claim).stream())
            .map(each -> each.getPool() + "/" + each.getDevice())
            .collect(Collectors.toSet());
    assertEquals(8, given.size());
    var pod = cluster.pod("p0");
    var claim = claimOf(pod);
    assertEquals(pod.getSpec().getNodeName(), results(claim).getFirst().getPool());
    assertEquals("p0", claim.getStatus().getReservedFor().getFirst().getName());
    assertEquals(
        "true",
        claim.getMetadata().getAnnotations().get("resource.kubernetes.io/extended-resource-claim"));
    assertEquals(
        pod.getMetadata().getUid(), claim.getMetadata().getOwnerReferences().getFirst().getUid());
    var mapping = pod.getStatus().getExtendedResourceClaimStatus().getRequestMappings().getFirst();
    assertEquals(
        "c example.com/gpu container-0-request-0",
        mapping.getContainerName()
            + " "
            + mapping.getResourceName()
            + " "
            + mapping.getRequestName());

    pod("p4", "deviceclass.resource.kubernetes.io/gpu", 1);
    awaitWord("p4", "2 cannot allocate all claims");
    cluster.delete(Resources.PODS, "p1", "Background");
    awaitRunning("p4");
    Awaiting.until("the claim of p1 goes with it", () -> claims().size() == 4);
  }

  @Test
  @Tag(SimulatedCluster.NEEDS_MACHINE)
  void theCommandSaysThatNoNodeHasTheDevices() throws Exception {
    pod("many", "example.com/gpu", 5);
    awaitWord("many", "2 cannot allocate all claims");
    assertTrue(cluster.nau("why", "pod/many").output().contains("cannot allocate all claims"));
  }

  @Test
  void initContainersUseTheDevicesOfThoseThatComeAfterThem() {
    pod(
        "init",
        """
        "initContainers":[
          {"name":"side","image":"any/image:1","restartPolicy":"Always","resources":{"limits":{"example.com/gpu":"1"}}},
          {"name":"first","image":"any/image:1","resources":{"limits":{"example.com/gpu":"2"}}}],
        "containers":[{"name":"c","image":"any/image:1","resources":{"limits":{"example.com/gpu":"1"}}}]
        """);
    Awaiting.until("its claim has devices", () -> !claims().isEmpty() && hasClaim("init"));
    var requests =
        claimOf(cluster.pod("init")).getSpec().getDevices().getRequests().stream()
            .map(each -> each.getName() + "=" + each.getExactly().getCount())
            .toList();
    assertEquals(
        List.of("container-0-request-0=1", "container-1-request-0=1", "container-2-request-0=1"),
        requests);
  }

  private static boolean hasClaim(String pod) {
    return cluster.pod(pod).getStatus().getExtendedResourceClaimStatus() != null;
  }

  @Test
  void aResourceThatNodesHaveThemselvesNeedsNoClaim() {
    pod("own", "nvidia.com/gpu", 4);
    awaitRunning("own");
    assertNull(cluster.pod("own").getStatus().getExtendedResourceClaimStatus());
    assertEquals(List.of(), claims());
    pod("large", "nvidia.com/gpu", 5);
    awaitWord("large", "Insufficient nvidia.com/gpu");
  }

  @Test
  void aQuotaForDevicesOfAClassIsNamedAndKept() throws Exception {
    cluster
        .awaiting()
        .apply(
            Resources.RESOURCE_QUOTAS,
            "few",
            """
            {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"few"},
             "spec":{"hard":{"gpu.deviceclass.resource.k8s.io/devices":"2","requests.example.com/gpu":"4"}}}
            """);
    Awaiting.until(
        "the quota counts",
        () ->
            cluster
                .awaiting()
                .get(Resources.RESOURCE_QUOTAS, "few")
                .filter(
                    quota -> quota.getStatus() != null && !quota.getStatus().getHard().isEmpty())
                .isPresent());
    pod("q0", "example.com/gpu", 2);
    awaitRunning("q0");
    pod("q1", "example.com/gpu", 1);
    awaitWord("q1", "exceeded quota: few");
    cluster.delete(Resources.PODS, "q0", "Background");
    awaitRunning("q1");
    cluster.delete(Resources.RESOURCE_QUOTAS, "few", "Background");
  }
}
