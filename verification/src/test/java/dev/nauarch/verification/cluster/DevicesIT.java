package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Claims of devices on simulated nodes, each of which has four of them. */
@SuppressWarnings("NullAway.Init") // set before the first test
class DevicesIT {

  private static final int DEVICES = 8;

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(23743, "2:4xH100");
    cluster
        .awaiting()
        .apply(
            Resources.DEVICE_CLASSES,
            "gpu",
            json(
                """
                {'apiVersion':'resource.k8s.io/v1','kind':'DeviceClass','metadata':{'name':'gpu'},
                 'spec':{'selectors':[{'cel':{'expression':
                  'device.driver == \\'gpu.nvidia.com\\' && device.attributes[\\'gpu.nvidia.com\\'].type == \\'gpu\\''}}],
                  'config':[{'opaque':{'driver':'gpu.nvidia.com','parameters':{'sharing':'none'}}}]}}
                """));
    template("one", "{'name':'gpu','exactly':{'deviceClassName':'gpu'}}", "");
    cluster.awaitSlices(2);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void devicesAreFreeAgain() throws Exception {
    cluster.deleteAll(Resources.PODS, "app");
    Awaiting.until("all pods are gone", () -> pods().isEmpty());
    Awaiting.until(
        "no claim has devices",
        () -> claims().stream().allMatch(claim -> results(claim).isEmpty()));
    for (var claim : claims()) {
      cluster.delete(Resources.RESOURCE_CLAIMS, claim.getMetadata().getName(), "Background");
    }
  }

  private static String json(String text) {
    return text.replace("\\'", "\u0000").replace('\'', '"').replace("\u0000", "'");
  }

  private static void template(String name, String requests, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.RESOURCE_CLAIM_TEMPLATES,
            name,
            json(
                """
                {'apiVersion':'resource.k8s.io/v1','kind':'ResourceClaimTemplate','metadata':{'name':'%s'},
                 'spec':{'spec':{'devices':{'requests':[%s]%s}}}}
                """
                    .formatted(name, requests, more)));
  }

  private static void claim(String name, String requests, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.RESOURCE_CLAIMS,
            name,
            json(
                """
                {'apiVersion':'resource.k8s.io/v1','kind':'ResourceClaim','metadata':{'name':'%s'},
                 'spec':{'devices':{'requests':[%s]%s}}}
                """
                    .formatted(name, requests, more)));
  }

  private static void pod(String name, String claim) {
    pod(name, claim, "");
  }

  private static void pod(String name, String claim, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            json(
                """
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','labels':{'app':'devices'}},
                 'spec':{'terminationGracePeriodSeconds':0,'nodeSelector':{'nauarch.dev/simulated':'true'},%s
                  'resourceClaims':[{'name':'gpu',%s}],
                  'containers':[{'name':'c','image':'any/image:1','resources':{'claims':[{'name':'gpu'}]}}]}}
                """
                    .formatted(name, more, claim)));
  }

  private static List<Pod> pods() {
    return cluster.pods("devices");
  }

  private static List<ResourceClaim> claims() {
    return cluster
        .client()
        .list(Resources.RESOURCE_CLAIMS, Selection.inNamespace("default"))
        .items();
  }

  private static ResourceClaim claimNamed(String name) {
    return cluster.awaiting().get(Resources.RESOURCE_CLAIMS, name).orElseThrow();
  }

  private static List<DeviceRequestAllocationResult> results(ResourceClaim claim) {
    var status = claim.getStatus();
    return status == null || status.getAllocation() == null
        ? List.of()
        : status.getAllocation().getDevices().getResults();
  }

  private static void awaitRunning(String... names) {
    Awaiting.until(
        List.of(names) + " run",
        () -> List.of(names).stream().map(cluster::pod).allMatch(SimulatedCluster::isReady));
  }

  private static String node(String pod) {
    return Objects.requireNonNull(cluster.pod(pod).getSpec().getNodeName());
  }

  @Test
  void eachPodGetsDevicesOfItsOwnFromATemplateAndTheNextWaitsForThem() {
    for (var i = 0; i < DEVICES; i++) {
      pod("t" + i, "'resourceClaimTemplateName':'one'");
    }
    awaitRunning("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7");
    var all = claims();
    assertEquals(DEVICES, all.size());
    var given =
        all.stream()
            .flatMap(claim -> results(claim).stream())
            .map(each -> each.getPool() + "/" + each.getDevice())
            .distinct()
            .count();
    assertEquals(DEVICES, given);
    var status = cluster.pod("t0").getStatus().getResourceClaimStatuses().getFirst();
    var claim = claimNamed(status.getResourceClaimName());
    assertEquals("gpu", status.getName());
    assertEquals("t0", claim.getStatus().getReservedFor().getFirst().getName());
    assertEquals(node("t0"), results(claim).getFirst().getPool());
    var config = claim.getStatus().getAllocation().getDevices().getConfig().getFirst();
    assertEquals("FromClass", config.getSource());
    assertEquals(
        List.of("resource.kubernetes.io/delete-protection"), claim.getMetadata().getFinalizers());

    pod("t8", "'resourceClaimTemplateName':'one'");
    Awaiting.until(
        "the pod says why it waits",
        () ->
            cluster.pod("t8").getStatus().getConditions().stream()
                .anyMatch(
                    condition ->
                        condition.getMessage() != null
                            && condition.getMessage().contains("2 cannot allocate all claims")));
    cluster.delete(Resources.PODS, "t3", "Background");
    awaitRunning("t8");
    Awaiting.until("the claim goes with its pod", () -> claims().size() == DEVICES);
  }

  @Test
  void podsShareAClaim() {
    claim("shared", "{'name':'gpu','exactly':{'deviceClassName':'gpu'}}", "");
    pod("s0", "'resourceClaimName':'shared'");
    pod("s1", "'resourceClaimName':'shared'");
    awaitRunning("s0", "s1");
    assertEquals(node("s0"), node("s1"));
    assertEquals(1, results(claimNamed("shared")).size());
    assertEquals(2, claimNamed("shared").getStatus().getReservedFor().size());
    cluster.delete(Resources.PODS, "s0", "Background");
    Awaiting.until(
        "one user is left", () -> claimNamed("shared").getStatus().getReservedFor().size() == 1);
    cluster.delete(Resources.PODS, "s1", "Background");
    Awaiting.until(
        "the claim gives its device back",
        () ->
            results(claimNamed("shared")).isEmpty()
                && claimNamed("shared").getMetadata().getFinalizers().isEmpty());
  }

  @Test
  void aPrioritizedListTakesWhatIsThere() {
    claim(
        "list",
        """
        {'name':'gpu','firstAvailable':[
         {'name':'many','deviceClassName':'gpu','count':6},
         {'name':'some','deviceClassName':'gpu','count':3}]}
        """,
        "");
    pod("l", "'resourceClaimName':'list'");
    awaitRunning("l");
    assertEquals(
        List.of("gpu/some", "gpu/some", "gpu/some"),
        results(claimNamed("list")).stream().map(each -> each.getRequest()).toList());
  }

  @Test
  void constraintsHoldAndATaintKeepsAway() {
    cluster
        .awaiting()
        .apply(
            Resources.DEVICE_TAINT_RULES,
            "sick",
            json(
                """
                {'apiVersion':'resource.k8s.io/v1','kind':'DeviceTaintRule','metadata':{'name':'sick'},
                 'spec':{'deviceSelector':{'pool':'sim-0','device':'gpu-0'},
                  'taint':{'key':'example.com/sick','effect':'NoSchedule'}}}
                """));
    claim(
        "equal",
        "{'name':'gpu','exactly':{'deviceClassName':'gpu','allocationMode':'ExactCount','count':4}}",
        ",'constraints':[{'matchAttribute':'gpu.nvidia.com/productName'}]");
    pod("e", "'resourceClaimName':'equal'");
    awaitRunning("e");
    assertEquals("sim-1", node("e"));
    claim(
        "distinct",
        "{'name':'gpu','exactly':{'deviceClassName':'gpu','count':3}}",
        ",'constraints':[{'distinctAttribute':'gpu.nvidia.com/uuid'}]");
    pod("d", "'resourceClaimName':'distinct'");
    awaitRunning("d");
    assertTrue(
        results(claimNamed("distinct")).stream()
            .noneMatch(each -> each.getDevice().equals("gpu-0")));
    cluster
        .client()
        .delete(Resources.DEVICE_TAINT_RULES, new ObjectKey("", "sick"), DeleteOptions.DEFAULT);
  }

  @Test
  void podsStopForATaintThatTheyDoNotTolerateAndItsRuleSaysSo() {
    claim("plain", "{'name':'gpu','exactly':{'deviceClassName':'gpu','count':4}}", "");
    claim(
        "brave",
        "{'name':'gpu','exactly':{'deviceClassName':'gpu','count':4,'tolerations':[{'operator':'Exists'}]}}",
        "");
    pod("plain", "'resourceClaimName':'plain'");
    pod("brave", "'resourceClaimName':'brave'");
    awaitRunning("plain", "brave");
    taintRule("None");
    awaitSaid("1 pod in 1 namespace would stop");
    assertTrue(SimulatedCluster.isReady(cluster.pod("plain")));
    taintRule("NoExecute");
    Awaiting.until(
        "the pod is gone", () -> cluster.awaiting().get(Resources.PODS, "plain").isEmpty());
    awaitSaid("Completed");
    assertTrue(SimulatedCluster.isReady(cluster.pod("brave")));
    assertTrue(
        cluster.client().list(Resources.EVENTS, Selection.inNamespace("default")).items().stream()
            .anyMatch(
                event ->
                    "DeviceTaintManagerEviction".equals(event.getReason())
                        && "plain".equals(event.getRegarding().getName())));
    cluster
        .client()
        .delete(Resources.DEVICE_TAINT_RULES, new ObjectKey("", "worn"), DeleteOptions.DEFAULT);
  }

  @Test
  void thePodsOfAGroupShareItsClaimUntilTheGroupIsGone() {
    cluster
        .awaiting()
        .apply(
            Resources.POD_GROUPS,
            "pair",
            json(
                """
                {'apiVersion':'scheduling.k8s.io/v1beta1','kind':'PodGroup','metadata':{'name':'pair'},
                 'spec':{'schedulingPolicy':{'gang':{'minCount':2}},
                  'resourceClaims':[{'name':'gpu','resourceClaimTemplateName':'one'}]}}
                """));
    for (var name : List.of("g0", "g1")) {
      pod(name, "'resourceClaimTemplateName':'one'", "'schedulingGroup':{'podGroupName':'pair'},");
    }
    awaitRunning("g0", "g1");
    assertEquals(node("g0"), node("g1"));
    assertEquals(1, claims().size());
    var users = claims().getFirst().getStatus().getReservedFor();
    assertEquals(1, users.size());
    assertEquals(
        "podgroups pair", users.getFirst().getResource() + " " + users.getFirst().getName());
    var group = cluster.awaiting().get(Resources.POD_GROUPS, "pair").orElseThrow();
    assertEquals(
        claims().getFirst().getMetadata().getName(),
        group.getStatus().getResourceClaimStatuses().getFirst().getResourceClaimName());
    cluster.delete(Resources.PODS, "g0", "Background");
    cluster.delete(Resources.PODS, "g1", "Background");
    Awaiting.until("both pods are gone", () -> pods().isEmpty());
    assertEquals(1, results(claims().getFirst()).size());
    cluster.delete(Resources.POD_GROUPS, "pair", "Background");
    Awaiting.until("the claim goes with its group", () -> claims().isEmpty());
  }

  private static void taintRule(String effect) {
    cluster
        .awaiting()
        .apply(
            Resources.DEVICE_TAINT_RULES,
            "worn",
            json(
                """
                {'apiVersion':'resource.k8s.io/v1','kind':'DeviceTaintRule','metadata':{'name':'worn'},
                 'spec':{'deviceSelector':{'driver':'gpu.nvidia.com'},
                  'taint':{'key':'example.com/worn','effect':'%s'}}}
                """
                    .formatted(effect)));
  }

  private static void awaitSaid(String words) {
    Awaiting.until(
        "the rule says " + words,
        () ->
            cluster
                .awaiting()
                .get(Resources.DEVICE_TAINT_RULES, "worn")
                .filter(rule -> rule.getStatus() != null)
                .filter(rule -> rule.getStatus().toString().contains(words))
                .isPresent());
  }
}
