package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node of which nothing is heard any more, its pods, and what becomes of both when it is back;
 * and while the cluster still waits for it, whom nodes refuse by what is written on them.
 */
@Tag(SimulatedCluster.NEEDS_MACHINE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before the first test
class SilentNodesIT {
  private static final String UNREACHABLE = "node.kubernetes.io/unreachable";

  private static final String STAGES =
      """
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: power-loss}
      spec:
        selector: {kind: Node, matchLabels: {power: lost}}
        next: {heartbeat: {goesOn: false}}
      ---
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: power-back}
      spec:
        selector: {kind: Node, matchLabels: {power: back}}
        next: {heartbeat: {goesOn: true}}
      """;

  private static SimulatedCluster cluster;

  /** What takes a while to be noticed begins before all tests. */
  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    var stages = Files.writeString(directory.resolve("stages.yaml"), STAGES);
    cluster =
        SimulatedCluster.start(
            22110, "2", "--stages", stages.toString(), "--node-grace-seconds", "15");
    apply(
        Resources.NODES,
        "rack",
        "{'apiVersion':'v1','kind':'Node','metadata':{'name':'rack','labels':{"
            + "'nauarch.dev/simulated':'true'}}}");
    apply(
        Resources.SERVICES,
        "web",
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web'},'spec':{"
            + "'selector':{'app':'web'},'ports':[{'port':80}]}}");
    web("stays", "rack", "");
    web("leaves", "rack", tolerating("'effect':'NoExecute','tolerationSeconds':3"));
    web("elsewhere", "sim-0", "");
    Awaiting.until("all three serve", () -> serving().size() == 3);
    power("lost");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static <T extends HasMetadata> void apply(
      Resource<T> resource, String name, String json) {
    cluster.awaiting().apply(resource, name, json.replace('\'', '"'));
  }

  private static String tolerating(String how) {
    return "'tolerations':[{'key':'%s','operator':'Exists',%s}],".formatted(UNREACHABLE, how);
  }

  private static void web(String name, String node, String more) {
    pod(name, "web", more + "'nodeName':'" + node + "'");
  }

  private static void pod(String name, String app, String spec) {
    apply(
        Resources.PODS,
        name,
        ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','labels':{'app':'%s'}},'spec':{"
                + "%s,'terminationGracePeriodSeconds':1,"
                + "'containers':[{'name':'c','image':'any/image:1'}]}}")
            .formatted(name, app, spec));
  }

  private static void power(String state) {
    label("rack", "power", "\"" + state + "\"");
  }

  private static void label(String node, String name, String value) {
    var body = "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(name, value);
    cluster.client().patch(Resources.NODES, SimulatedCluster.nodeKey(node), Patch.merge(body));
  }

  /** The names of the pods to which the service leads. */
  private static Set<String> serving() {
    var slices = new Selection("default", "kubernetes.io/service-name=web", "");
    return cluster.client().list(Resources.ENDPOINT_SLICES, slices).items().stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
        .map(endpoint -> endpoint.getTargetRef().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Pod awaitPod(String name, Predicate<Pod> holds) {
    return cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.PODS, name),
            pod -> pod.getStatus() != null && holds.test(pod));
  }

  private static Node awaitNode(Predicate<Node> holds) {
    return cluster.awaiting().await(() -> cluster.awaiting().get(Resources.NODES, "rack"), holds);
  }

  private static boolean isReady(Node node, String status) {
    return node.getStatus().getConditions().stream()
        .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals(status));
  }

  private static List<String> unreachable(Node node) {
    return node.getSpec().getTaints().stream()
        .filter(taint -> taint.getKey().equals(UNREACHABLE))
        .map(taint -> taint.getEffect())
        .sorted()
        .toList();
  }

  private static boolean isTold(String about, String reason) {
    return cluster.client().list(Resources.EVENTS, Selection.ALL).items().stream()
        .anyMatch(
            each -> reason.equals(each.getReason()) && about.equals(each.getRegarding().getName()));
  }

  @Test
  @Order(1)
  void aPodWithANodeNameIsRefusedWhereItsSelectorDoesNotMatch() {
    label("sim-1", "zone", "\"a\"");
    selecting("matches", "a");
    awaitPod("matches", pod -> "Running".equals(pod.getStatus().getPhase()));
    selecting("strays", "b");
    var refused = awaitPod("strays", pod -> "Failed".equals(pod.getStatus().getPhase()));
    assertEquals("NodeAffinity", refused.getStatus().getReason());
    assertEquals(
        "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
            + " affinity/selector",
        refused.getStatus().getMessage());
    Awaiting.until("it is told", () -> isTold("strays", "NodeAffinity"));
    // Who runs already stays, as with Kubernetes' agent.
    label("sim-1", "zone", "null");
    selecting("late", "a");
    awaitPod("late", pod -> "NodeAffinity".equals(pod.getStatus().getReason()));
    assertEquals("Running", cluster.pod("matches").getStatus().getPhase());
  }

  private static void selecting(String name, String zone) {
    pod(name, "", "'nodeName':'sim-1','nodeSelector':{'zone':'" + zone + "'}");
  }

  @Test
  @Order(2)
  void aNodeThatFallsSilentServesNobodyUntilItIsBack() {
    var silent = awaitNode(node -> isReady(node, "Unknown") && unreachable(node).size() == 2);
    assertEquals(List.of("NoExecute", "NoSchedule"), unreachable(silent));
    Awaiting.until("only others serve", () -> serving().equals(Set.of("elsewhere")));
    for (var name : List.of("stays", "leaves")) {
      var pod = cluster.pod(name);
      assertEquals("Running", pod.getStatus().getPhase());
      assertTrue(!SimulatedCluster.isReady(pod), pod::toString);
    }
    assertTrue(SimulatedCluster.isReady(cluster.pod("elsewhere")));

    var leaves = awaitPod("leaves", PodStop::isAsked);
    assertEquals("DeletionByTaintManager", disruption(leaves).getReason());
    Awaiting.until("it is told", () -> isTold("leaves", "TaintManagerEviction"));
    // Nobody can say that it has ended, so that it is not gone.
    awaitPod("leaves", pod -> pod.getMetadata().getDeletionTimestamp() != null);
    assertTrue(!PodStop.isAsked(cluster.pod("stays")), "it bears the taint for five minutes");

    power("back");
    awaitNode(node -> isReady(node, "True") && unreachable(node).isEmpty());
    Awaiting.until("it is gone", () -> cluster.awaiting().get(Resources.PODS, "leaves").isEmpty());
    Awaiting.until("both serve", () -> serving().equals(Set.of("elsewhere", "stays")));
    var stays = cluster.pod("stays");
    assertTrue(SimulatedCluster.isReady(stays));
    assertEquals(0, stays.getStatus().getContainerStatuses().getFirst().getRestartCount());
    var lease = new ObjectKey("kube-node-lease", "rack");
    assertTrue(cluster.client().get(Resources.LEASES, lease).isPresent());
  }

  private static PodCondition disruption(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals("DisruptionTarget"))
        .findFirst()
        .orElseThrow();
  }
}
