package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A fleet that nobody has, brought up by the packed command: labelled so, and scheduled for real.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before the first test
class SimulatedFleetIT {
  private static final String LABEL = "nauarch.dev/simulated";
  private static final String GPU = "nvidia.com/gpu";

  private static PackedCommand packed;
  private static String saidByUp;
  private static Awaiting cluster;

  @BeforeAll
  static void start() throws Exception {
    packed = PackedCommand.of(0);
    up("--nodes", "simulated:100:8xH100");
  }

  private static void up(String... more) throws Exception {
    var words = new java.util.ArrayList<>(List.of("up", "--detach", "--port", "23443"));
    words.addAll(List.of("--models-port", "23800"));
    words.addAll(List.of(more));
    var up = packed.nau(words.toArray(String[]::new));
    assertEquals(0, up.code(), up::output);
    saidByUp = up.output();
    cluster = new Awaiting(Kubeconfig.read(packed.home().resolve(".kube/config")).options());
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    packed.nau("down", "--purge");
    packed.close();
  }

  @Test
  @Order(1)
  void everyNodeIsReadyAndSaysThatItIsSimulated() {
    var nodes = simulated();
    assertEquals(100, nodes.size());
    for (var node : nodes) {
      var conditions = node.getStatus().getConditions();
      assertTrue(
          conditions.stream()
              .anyMatch(
                  c ->
                      c.getType().equals("Ready")
                          && c.getStatus().equals("True")
                          && c.getMessage().contains("simulated")),
          conditions::toString);
      assertEquals(new Quantity("8"), node.getStatus().getAllocatable().get(GPU));
      assertEquals("H100", node.getMetadata().getLabels().get("nvidia.com/gpu.product"));
    }
  }

  @Test
  @Order(2)
  void commandsSayHowManyNodesAreSimulated() throws Exception {
    assertTrue(saidByUp.contains("100 simulated nodes"), saidByUp);
    var status = packed.nau("status");
    assertTrue(status.output().contains("101 of 101 ready, 100 of them simulated"), status::output);
    var list = packed.nau("ls");
    assertTrue(list.output().contains("1 + 100 simulated"), list::output);
  }

  @Test
  @Order(3)
  void aJobsPodsFillTheGpusAndEnd() {
    cluster.apply(Resources.JOBS, "train", job("train", 20, 8, "0.5"));
    var pods =
        cluster.await(
            () -> java.util.Optional.of(pods("train")),
            found ->
                found.stream().filter(pod -> pod.getSpec().getNodeName() != null).count() == 20);
    var perNode =
        pods.stream()
            .collect(
                Collectors.groupingBy(pod -> pod.getSpec().getNodeName(), Collectors.counting()));
    // Eight GPUs a pod leave room for no second one.
    assertEquals(20, perNode.size(), perNode::toString);
    assertTrue(perNode.keySet().stream().allMatch(node -> node.startsWith("sim-")));
    var done =
        cluster.await(
            () -> cluster.get(Resources.JOBS, "train"),
            job -> job.getStatus().getCompletionTime() != null);
    assertEquals(20, done.getStatus().getSucceeded());
    assertTrue(pods("train").stream().allMatch(p -> p.getStatus().getPhase().equals("Succeeded")));
  }

  @Test
  @Order(4)
  void aPodThatFitsNowhereIsToldWhy() throws Exception {
    cluster.apply(Resources.JOBS, "big", job("big", 1, 9, "1"));
    cluster.await(
        () -> pods("big").stream().findFirst(),
        pod ->
            pod.getMetadata().getAnnotations() != null
                && pod.getMetadata().getAnnotations().containsKey("nauarch.dev/explanation"));
    var why = packed.nau("why", "job/big");
    assertEquals(0, why.code(), why::output);
    assertTrue(why.output().contains("job/big  WAITING"), why::output);
    assertTrue(why.output().contains(GPU), why::output);
    assertTrue(why.output().contains("of 101 nodes"), why::output);
    assertTrue(why.output().contains("Do        1"), why::output);
  }

  @Test
  @Order(5)
  void evictionsAreBoundedByABudgetUntilTheNextPodIsReady() {
    cluster.apply(Resources.DEPLOYMENTS, "web", WEB);
    cluster.apply(Resources.POD_DISRUPTION_BUDGETS, "web", BUDGET);
    awaitAllowed(1);
    var pods = web();
    evict(pods.get(0));
    var refusal = assertThrows(ApiException.class, () -> evict(pods.get(1)));
    assertEquals(429, refusal.code());
    assertEquals(
        "Cannot evict pod as it would violate the pod's disruption budget.", refusal.getMessage());
    awaitAllowed(1);
    evict(pods.get(1));
  }

  private static final String WEB =
      """
      {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
       "spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},
        "template":{"metadata":{"labels":{"app":"web"}},"spec":{
         "nodeSelector":{"nauarch.dev/simulated":"true"},
         "containers":[{"name":"c","image":"any/image:1"}]}}}}
      """;

  private static final String BUDGET =
      """
      {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web"},
       "spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"web"}}}}
      """;

  private static void awaitAllowed(int disruptions) {
    cluster.await(
        () -> cluster.get(Resources.POD_DISRUPTION_BUDGETS, "web"),
        budget ->
            budget.getStatus() != null
                && Integer.valueOf(3).equals(budget.getStatus().getCurrentHealthy())
                && Integer.valueOf(disruptions).equals(budget.getStatus().getDisruptionsAllowed()));
  }

  private static List<Pod> web() {
    return cluster.client().list(Resources.PODS, new Selection("default", "app=web", "")).items();
  }

  private static void evict(Pod pod) {
    var eviction = Map.of("apiVersion", "policy/v1", "kind", "Eviction");
    cluster.client().post(Resources.PODS, ObjectKey.of(pod), "eviction", eviction);
  }

  @Test
  @Order(6)
  void aNextRunWithoutThemHasNoneLeft() throws Exception {
    cluster.close();
    assertEquals(0, packed.nau("down").code());
    up();
    assertEquals(List.of(), simulated());
    assertTrue(packed.nau("status").output().contains("1 of 1 ready\n"));
  }

  private static List<Node> simulated() {
    return cluster.client().list(Resources.NODES, new Selection("", LABEL + "=true", "")).items();
  }

  private static List<Pod> pods(String job) {
    var selection = new Selection("default", "batch.kubernetes.io/job-name=" + job, "");
    return cluster.client().list(Resources.PODS, selection).items();
  }

  private static String job(String name, int pods, int gpus, String seconds) {
    return """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s"},
         "spec":{"parallelism":%d,"completions":%d,"template":{
          "metadata":{"annotations":{"nauarch.dev/run-seconds":"%s"}},
          "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"any/image:1",
           "resources":{"limits":{"nvidia.com/gpu":"%d"}}}]}}}}
        """
        .formatted(name, pods, pods, seconds, gpus);
  }
}
