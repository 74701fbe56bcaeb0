package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.TlsContext;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    var stages = packed.home().resolve("stages.yaml");
    Files.writeString(stages, STAGES);
    up(
        "--stages",
        stages.toString(),
        "--nodes",
        "simulated:100:8xH100",
        "--max-requests-inflight",
        "100",
        "--max-mutating-requests-inflight",
        "50");
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
  void everyNodesDevicesArePublished() {
    var slices =
        cluster.await(
            () ->
                Optional.of(
                    ModelCodec.tree(
                            cluster
                                .client()
                                .raw(
                                    "/apis/resource.k8s.io/v1/resourceslices?labelSelector="
                                        + LABEL
                                        + "%3Dtrue"))
                        .path("items")
                        .valueStream()
                        .toList()),
            found -> found.size() == 100);
    var spec = slices.getFirst().path("spec");
    assertEquals("gpu.nvidia.com", spec.path("driver").asString());
    assertEquals(8, spec.path("devices").size());
    assertEquals("80Gi", spec.at("/devices/0/capacity/memory/value").asString());
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
  @Order(2)
  void theServerAnswersAsManyRequestsAtOnceAsItWasTold() throws Exception {
    var options = Kubeconfig.read(packed.home().resolve(".kube/config")).options();
    try (var client = HttpClient.newBuilder().sslContext(TlsContext.of(options)).build()) {
      var page = HttpRequest.newBuilder(URI.create(options.server() + "/metrics")).build();
      var metrics = client.send(page, BodyHandlers.ofString()).body();
      // 20 of 245 shares of 150 seats.
      var line = "nominal_limit_seats{priority_level=\"global-default\"} 13";
      assertTrue(metrics.contains(line), metrics);
    }
    var refused = packed.nau("up", "--name", "other", "--max-requests-inflight", "-1");
    assertEquals(2, refused.code(), refused::output);
    assertTrue(refused.output().contains("neither may be negative"), refused::output);
  }

  @Test
  @Order(3)
  void aJobsPodsFillTheGpusAndEnd() {
    cluster.apply(Resources.JOBS, "train", job("train", 20, 8, "3"));
    var pods =
        cluster.await(
            () -> Optional.of(pods("train")),
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
        "template":{"metadata":{"labels":{"app":"web"},
         "annotations":{"nauarch.dev/ready-seconds":"2"}},"spec":{
         "nodeSelector":{"nauarch.dev/simulated":"true"},
         "containers":[{"name":"c","image":"any/image:1"}]}}}}
      """;

  private static final String BUDGET =
      """
      {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web"},
       "spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"web"}}}}
      """;

  private static final String STAGES =
      """
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: no-such-tag}
      spec:
        selector: {kind: Pod}
        when: {state: Starting, image: "*:nonexistent"}
        next: {fail: {message: manifest unknown}}
      """;

  @Test
  @Order(6)
  void stagesAndAnnotationsSayWhatHappensToAPod() {
    make(Resources.PODS, "default", single("pulling", "a:nonexistent", ""));
    make(Resources.PODS, "default", single("typo", "a:1", "\"nauarch.dev/run-seconds\":\"x\""));
    var pulling =
        cluster.await(
            () -> cluster.get(Resources.PODS, "pulling"), SimulatedFleetIT::saysWhyItWaits);
    assertEquals("manifest unknown", waiting(pulling).getMessage());
    var typo =
        cluster.await(() -> cluster.get(Resources.PODS, "typo"), SimulatedFleetIT::saysWhyItWaits);
    assertEquals("CreateContainerConfigError", waiting(typo).getReason());
    cluster.await(
        () ->
            cluster.client().list(Resources.EVENTS, Selection.ALL).items().stream()
                .filter(event -> event.getNote().contains("run-seconds is \"x\": expected"))
                .findFirst(),
        event -> "typo".equals(event.getRegarding().getName()));
  }

  private static boolean saysWhyItWaits(Pod pod) {
    return !pod.getStatus().getContainerStatuses().isEmpty() && waiting(pod).getMessage() != null;
  }

  private static ContainerStateWaiting waiting(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getState().getWaiting();
  }

  private static String single(String name, String image, String annotations) {
    return """
        {"metadata":{"name":"%s","annotations":{%s}},"spec":{
         "nodeSelector":{"nauarch.dev/simulated":"true"},
         "containers":[{"name":"c","image":"%s"}]}}
        """
        .formatted(name, annotations, image);
  }

  @Test
  @Order(6)
  void aFileWithASlipIsRefused() throws Exception {
    var wrong = packed.home().resolve("wrong.yaml");
    Files.writeString(wrong, STAGES.replace("Starting", "Sleeping"));
    var refused = packed.nau("up", "--name", "other", "--stages", wrong.toString());
    assertEquals(2, refused.code(), refused::output);
    assertTrue(refused.output().contains("(no-such-tag).when.state: is Sleeping"), refused::output);
  }

  @Test
  @Order(6)
  void aNodeOfAUserLivesWhileItHasTheLabel() {
    make(
        Resources.NODES,
        "",
        "{\"metadata\":{\"name\":\"mine\",\"labels\":{\"nauarch.dev/simulated\":\"true\"}},"
            + "\"status\":{\"capacity\":{\"cpu\":\"3\",\"pods\":\"5\"}}}");
    var key = new ObjectKey("", "mine");
    var ready =
        cluster.await(
            () -> cluster.client().get(Resources.NODES, key),
            node ->
                node.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
    assertEquals(new Quantity("3"), ready.getStatus().getAllocatable().get("cpu"));
    var lease = new ObjectKey("kube-node-lease", "mine");
    cluster.await(() -> cluster.client().get(Resources.LEASES, lease), found -> true);
    make(Resources.PODS, "default", bound("one", "mine"));
    cluster.await(
        () -> cluster.get(Resources.PODS, "one"),
        pod -> "Running".equals(pod.getStatus().getPhase()));
    cluster
        .client()
        .patch(
            Resources.NODES,
            key,
            Patch.merge("{\"metadata\":{\"labels\":{\"nauarch.dev/simulated\":null}}}"));
    make(Resources.PODS, "default", bound("two", "mine"));
    make(Resources.PODS, "default", bound("three", "sim-1"));
    cluster.await(
        () -> cluster.get(Resources.PODS, "three"),
        pod -> "Running".equals(pod.getStatus().getPhase()));
    var two = cluster.get(Resources.PODS, "two").orElseThrow();
    assertEquals("Pending", two.getStatus().getPhase());
    cluster.client().delete(Resources.NODES, key, DeleteOptions.DEFAULT);
  }

  private static String bound(String name, String node) {
    return """
        {"metadata":{"name":"%s"},"spec":{"nodeName":"%s","terminationGracePeriodSeconds":0,
         "containers":[{"name":"c","image":"a:1"}]}}
        """
        .formatted(name, node);
  }

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
    var name = Map.of("name", pod.getMetadata().getName());
    var eviction = Map.of("apiVersion", "policy/v1", "kind", "Eviction", "metadata", name);
    cluster.client().post(Resources.PODS, ObjectKey.of(pod), "eviction", eviction);
  }

  @Test
  @Order(6)
  void aReplicationControllerSaysWhyItsPodsAreRefusedUntilTheyAreNot() {
    make(Resources.NAMESPACES, "", "{\"metadata\":{\"name\":\"held\"}}");
    cluster.await(
        () -> cluster.client().get(Resources.SERVICE_ACCOUNTS, new ObjectKey("held", "default")),
        account -> true);
    make(Resources.RESOURCE_QUOTAS, "held", QUOTA);
    make(Resources.REPLICATION_CONTROLLERS, "held", CONTROLLER);
    var key = new ObjectKey("held", "old");
    var refused =
        cluster.await(
            () -> cluster.client().get(Resources.REPLICATION_CONTROLLERS, key),
            old ->
                !old.getStatus().getConditions().isEmpty() && old.getStatus().getReplicas() == 1);
    var why = refused.getStatus().getConditions().getFirst();
    assertEquals("ReplicaFailure FailedCreate", why.getType() + " " + why.getReason());
    assertTrue(why.getMessage().contains("exceeded quota: few, requested: pods=1"), why::toString);
    cluster
        .client()
        .patch(
            Resources.RESOURCE_QUOTAS,
            new ObjectKey("held", "few"),
            Patch.merge("", "{\"spec\":{\"hard\":{\"pods\":\"3\"}}}"));
    cluster.await(
        () -> cluster.client().get(Resources.REPLICATION_CONTROLLERS, key),
        old ->
            old.getStatus().getConditions().isEmpty()
                && Integer.valueOf(3).equals(old.getStatus().getReadyReplicas()));
  }

  @Test
  @Order(6)
  void aCronJobMakesItsJobWhenTheTimeComes() {
    cluster.apply(Resources.CRON_JOBS, "tick", TICK);
    var done =
        cluster.await(
            () ->
                cluster
                    .client()
                    .list(Resources.JOBS, new Selection("default", "app=tick", ""))
                    .items()
                    .stream()
                    .findFirst(),
            job -> job.getStatus() != null && job.getStatus().getCompletionTime() != null);
    assertTrue(done.getMetadata().getName().startsWith("tick-"));
    cluster.await(
        () -> cluster.get(Resources.CRON_JOBS, "tick"),
        tick ->
            tick.getStatus().getLastScheduleTime() != null
                && tick.getStatus().getLastSuccessfulTime() != null);
    cluster
        .client()
        .delete(Resources.CRON_JOBS, new ObjectKey("default", "tick"), DeleteOptions.DEFAULT);
  }

  private static final String TICK =
      """
      {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"tick"},
       "spec":{"schedule":"@every 1s","jobTemplate":{"metadata":{"labels":{"app":"tick"}},
        "spec":{"template":{"metadata":{"annotations":{"nauarch.dev/run-seconds":"0.1"}},
         "spec":{"restartPolicy":"Never","nodeSelector":{"nauarch.dev/simulated":"true"},
          "containers":[{"name":"c","image":"any/image:1"}]}}}}}}
      """;

  private static final String QUOTA =
      "{\"metadata\":{\"name\":\"few\"},\"spec\":{\"hard\":{\"pods\":\"1\"}}}";

  private static final String CONTROLLER =
      """
      {"metadata":{"name":"old"},"spec":{"replicas":3,"selector":{"app":"old"},
       "template":{"metadata":{"labels":{"app":"old"}},"spec":{
        "nodeSelector":{"nauarch.dev/simulated":"true"},
        "containers":[{"name":"c","image":"any/image:1"}]}}}}
      """;

  private static <T extends HasMetadata> void make(
      Resource<T> resource, String namespace, String json) {
    var object = ModelCodec.decode(json.getBytes(StandardCharsets.UTF_8), resource);
    if (resource.namespaced()) {
      object.getMetadata().setNamespace(namespace);
    }
    cluster.client().create(resource, object);
  }

  @Test
  @Order(7)
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
