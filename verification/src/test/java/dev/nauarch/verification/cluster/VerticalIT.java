package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.TlsContext;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods on simulated nodes that are resized, by hand and by autoscalers. */
@SuppressWarnings("NullAway.Init") // set before the first test
class VerticalIT {

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(23010, 2);
    apply(
        """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"small","labels":
          {"nauarch.dev/simulated":"true","size":"small"}},
         "status":{"capacity":{"cpu":"2","memory":"8Gi","pods":"20"}}}
        """);
    // What takes a while to be measured begins before all tests.
    workload("grows", 2, "4", "InPlaceOrRecreate", "");
    workload("watched", 1, "4", "Off", "'minAllowed':{'cpu':'5'},'maxAllowed':{'memory':'200Mi'}");
    workload("moves", 1, "4", "InPlaceOrRecreate", "");
    bounded();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static void apply(String node) {
    cluster.awaiting().apply(Resources.NODES, "small", node);
  }

  /** A Deployment whose pods ask for 50m and use more, and an autoscaler of it. */
  private static void workload(String name, int replicas, String cpu, String mode, String policy) {
    // A preference for the small node, which has no room for what is recommended.
    var prefers =
        name.equals("moves")
            ? "'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{"
                + "'weight':100,'preference':{'matchExpressions':[{'key':'size','operator':'In',"
                + "'values':['small']}]}}]}},"
            : "";
    cluster
        .awaiting()
        .apply(
            Resources.DEPLOYMENTS,
            name,
            ("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'%1$s'},'spec':{"
                    + "'replicas':%2$d,'selector':{'matchLabels':{'app':'%1$s'}},'template':{"
                    + "'metadata':{'labels':{'app':'%1$s'},'annotations':{"
                    + "'nauarch.dev/cpu-usage':'%3$s','nauarch.dev/memory-usage':'64Mi'}},'spec':{"
                    + "'terminationGracePeriodSeconds':0,%4$s'nodeSelector':{"
                    + "'nauarch.dev/simulated':'true'},'containers':[{'name':'c','image':'i:1',"
                    + "'resources':{'requests':{'cpu':'50m','memory':'300Mi'},"
                    + "'limits':{'cpu':'100m'}}}]}}}}")
                .formatted(name, replicas, cpu, prefers)
                .replace('\'', '"'));
    autoscaler(name, mode, policy);
  }

  private static void autoscaler(String name, String mode, String policy) {
    var resources =
        policy.isEmpty()
            ? ""
            : ",'resourcePolicy':{'containerPolicies':[{'containerName':'*'," + policy + "}]}";
    cluster
        .awaiting()
        .apply(
            VerticalPodAutoscaler.RESOURCE,
            name,
            ("{'apiVersion':'autoscaling.k8s.io/v1','kind':'VerticalPodAutoscaler','metadata':{"
                    + "'name':'%1$s'},'spec':{'targetRef':{'apiVersion':'apps/v1','kind':"
                    + "'Deployment','name':'%1$s'},'updatePolicy':{'updateMode':'%2$s',"
                    + "'minReplicas':1}%3$s}}")
                .formatted(name, mode, resources)
                .replace('\'', '"'));
  }

  /**
   * A pod of two containers, of which one uses more than the LimitRange of its namespace allows a
   * container, and both together more than it allows a pod.
   */
  private static void bounded() {
    in(Resources.NAMESPACES, "", "bounded", "'apiVersion':'v1','kind':'Namespace'", "{}");
    in(
        Resources.LIMIT_RANGES,
        "bounded",
        "bounds",
        "'apiVersion':'v1','kind':'LimitRange'",
        "{'limits':[{'type':'Container','max':{'cpu':'1500m'},"
            + "'maxLimitRequestRatio':{'cpu':'2'}},"
            + "{'type':'Pod','min':{'memory':'500Mi'},'max':{'cpu':'2'}}]}");
    var container =
        "{'name':'%s','image':'i:1','resources':{'requests':{'cpu':'50m','memory':'300Mi'},"
            + "'limits':{'cpu':'100m'}}}";
    in(
        Resources.DEPLOYMENTS,
        "bounded",
        "bounded",
        "'apiVersion':'apps/v1','kind':'Deployment'",
        ("{'replicas':1,'selector':{'matchLabels':{'app':'bounded'}},'template':{'metadata':{"
                + "'labels':{'app':'bounded'},'annotations':{'nauarch.dev/cpu-usage.much':'4',"
                + "'nauarch.dev/cpu-usage.little':'500m'}},'spec':{'nodeSelector':{"
                + "'nauarch.dev/simulated':'true'},'containers':[%s,%s]}}}")
            .formatted(container.formatted("much"), container.formatted("little")));
    in(
        VerticalPodAutoscaler.RESOURCE,
        "bounded",
        "bounded",
        "'apiVersion':'autoscaling.k8s.io/v1','kind':'VerticalPodAutoscaler'",
        "{'targetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'bounded'},"
            + "'updatePolicy':{'updateMode':'InPlaceOrRecreate','minReplicas':1}}");
  }

  private static void in(
      Resource<?> resource, String namespace, String name, String kind, String spec) {
    var json = "{%s,'metadata':{'name':'%s'},'spec':%s}".formatted(kind, name, spec);
    var patch = Patch.apply("it", json.replace('\'', '"'));
    cluster.client().patch(resource, new ObjectKey(namespace, name), patch);
  }

  private static VerticalPodAutoscaler await(String name, Predicate<VerticalPodAutoscaler> holds) {
    return cluster
        .awaiting()
        .await(() -> cluster.awaiting().get(VerticalPodAutoscaler.RESOURCE, name), holds);
  }

  private static String condition(VerticalPodAutoscaler autoscaler, String type) {
    return autoscaler.status().conditions().stream()
        .filter(each -> each.getType().equals(type))
        .map(each -> each.getStatus() + " " + each.getMessage())
        .findFirst()
        .orElse("");
  }

  private static void pod(String name, String node, String cpu, String policy) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},"spec":{"nodeName":"%s",
             "terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i:1",
              "resizePolicy":[{"resourceName":"cpu","restartPolicy":"%s"}],
              "resources":{"requests":{"cpu":"%s"}}}]}}
            """
                .formatted(name, node, policy, cpu));
    awaitPod(name, SimulatedCluster::isReady);
  }

  private static Pod awaitPod(String name, Predicate<Pod> holds) {
    return cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.PODS, name),
            pod -> pod.getStatus() != null && holds.test(pod));
  }

  private static void resize(String name, String cpu) {
    cluster
        .client()
        .patch(
            Resources.PODS,
            SimulatedCluster.key(name),
            new Patch(
                Patch.Type.STRATEGIC,
                "resize",
                "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\""
                    + cpu
                    + "\"}}}]}}",
                "it",
                false));
  }

  private static boolean has(Pod pod, String cpu) {
    var status = pod.getStatus().getContainerStatuses().getFirst();
    return new Quantity(cpu).equals(status.getAllocatedResources().get("cpu"))
        && new Quantity(cpu).equals(status.getResources().getRequests().get("cpu"));
  }

  private static String pending(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals("PodResizePending"))
        .map(PodCondition::getReason)
        .findFirst()
        .orElse("");
  }

  private static boolean isTold(String about, String reason) {
    return cluster
        .client()
        .list(Resources.EVENTS, Selection.inNamespace("default"))
        .items()
        .stream()
        .anyMatch(
            each ->
                reason.equals(each.getReason()) && each.getRegarding().getName().startsWith(about));
  }

  @Test
  void aPodIsResizedInPlaceOrByARestartAndWaitsForRoom() {
    pod("quiet", "sim-0", "1", "NotRequired");
    resize("quiet", "1500m");
    var quiet = awaitPod("quiet", pod -> has(pod, "1500m"));
    assertEquals(0, quiet.getStatus().getContainerStatuses().getFirst().getRestartCount());
    assertEquals(2, quiet.getStatus().getObservedGeneration());
    Awaiting.until(
        "both are told",
        () -> isTold("quiet", "ResizeStarted") && isTold("quiet", "ResizeCompleted"));

    pod("restarts", "sim-0", "1", "RestartContainer");
    resize("restarts", "2");
    var restarted =
        awaitPod(
            "restarts",
            pod -> pod.getStatus().getContainerStatuses().getFirst().getRestartCount() == 1);
    assertTrue(has(restarted, "2"));

    var why =
        String.valueOf(assertThrows(ApiException.class, () -> resize("quiet", "33")).getMessage());
    assertTrue(
        why.endsWith(
            "node didn't have enough allocatable resources: cpu, requested: 33000,"
                + " allocatable: 32000"),
        why);

    pod("large", "sim-1", "20", "NotRequired");
    pod("waits", "sim-1", "1", "NotRequired");
    resize("waits", "15");
    var waiting = awaitPod("waits", pod -> pending(pod).equals("Deferred"));
    assertTrue(has(waiting, "1"));
    Awaiting.until("it is told", () -> isTold("waits", "ResizeDeferred"));
    cluster.client().delete(Resources.PODS, SimulatedCluster.key("large"), DeleteOptions.DEFAULT);
    var granted = awaitPod("waits", pod -> has(pod, "15"));
    assertEquals("", pending(awaitPod("waits", pod -> pending(pod).isEmpty())), granted::toString);
  }

  @Test
  void podsThatUseMoreAreResizedInPlace() {
    await("grows", each -> !each.status().containers().isEmpty());
    Awaiting.until(
        "both pods have more, and are the same",
        () ->
            cluster.pods("grows").size() == 2
                && cluster.pods("grows").stream()
                    .allMatch(pod -> SimulatedCluster.isReady(pod) && isAboveFour(pod)));
    for (var pod : cluster.pods("grows")) {
      var status = pod.getStatus().getContainerStatuses().getFirst();
      assertEquals(0, status.getRestartCount());
      var given = pod.getSpec().getContainers().getFirst().getResources();
      assertEquals(given.getRequests(), status.getAllocatedResources());
      // Its limit was twice its request.
      assertEquals(2 * cpu(given.getRequests()), cpu(given.getLimits()), 0.002);
      assertTrue(pod.getMetadata().getGeneration() > 1);
    }
    assertTrue(isTold("grows", "InPlaceResizedByVPA"));
    var checkpoint =
        cluster
            .awaiting()
            .await(
                () -> cluster.awaiting().get(VerticalPodAutoscalerCheckpoint.RESOURCE, "grows-c"),
                each -> each.status().totalSamplesCount() > 0);
    assertEquals("grows", checkpoint.spec().vpaObjectName());
  }

  private static double cpu(Map<String, Quantity> amounts) {
    return Amounts.of(amounts).get("cpu").value().doubleValue();
  }

  private static boolean isAboveFour(Pod pod) {
    var requests = pod.getSpec().getContainers().getFirst().getResources().getRequests();
    var statuses = pod.getStatus().getContainerStatuses();
    return cpu(requests) > 4
        && !statuses.isEmpty()
        && requests.equals(statuses.getFirst().getAllocatedResources());
  }

  @Test
  void podsThatTheirNodeHasNoRoomForAreMadeAnewElsewhere() {
    await("moves", each -> !each.status().containers().isEmpty());
    Awaiting.until(
        "its pod is elsewhere",
        () ->
            cluster.pods("moves").size() == 1
                && cluster.pods("moves").stream()
                    .allMatch(
                        pod ->
                            SimulatedCluster.isReady(pod)
                                && isAboveFour(pod)
                                && !"small".equals(pod.getSpec().getNodeName())));
    assertTrue(isTold("moves", "FailedResize"));
    assertTrue(isTold("moves", "EvictedPod"));
    for (var pod : cluster.pods("moves")) {
      assertEquals(
          "Pod resources updated by moves: container 0: cpu request, memory request, cpu limit",
          pod.getMetadata().getAnnotations().get("vpaUpdates"));
      assertEquals("c", pod.getMetadata().getAnnotations().get("vpaObservedContainers"));
    }
  }

  @Test
  void whatANamespaceAllowsContainersAndPodsBoundsWhatAPodIsGiven() {
    var pod =
        cluster
            .awaiting()
            .await(
                () ->
                    cluster
                        .client()
                        .list(Resources.PODS, new Selection("bounded", "app=bounded", ""))
                        .items()
                        .stream()
                        .findFirst(),
                each -> limit(each, 0) > 1);
    // Both shrank by one factor to 2 together, and what was still too much for a container then.
    assertEquals(1.5, limit(pod, 0), 0.01);
    assertTrue(limit(pod, 0) <= 1.5, pod::toString);
    assertEquals(0.22, limit(pod, 1), 0.05);
    for (var index : List.of(0, 1)) {
      assertEquals(limit(pod, index), 2 * request(pod, index, "cpu"), 0.0001);
    }
    var memory = request(pod, 0, "memory") + request(pod, 1, "memory");
    assertEquals(500L << 20, memory, 1);
  }

  private static double limit(Pod pod, int container) {
    return cpu(pod.getSpec().getContainers().get(container).getResources().getLimits());
  }

  private static double request(Pod pod, int container, String name) {
    var resources = pod.getSpec().getContainers().get(container).getResources();
    return Amounts.of(resources.getRequests()).get(name).value().doubleValue();
  }

  @Test
  void whereItIsOffItOnlyRecommendsWithinWhatIsAllowed() throws Exception {
    var found =
        await("watched", each -> !each.status().containers().isEmpty())
            .status()
            .containers()
            .getFirst();
    assertEquals(new Quantity("5"), found.target().get("cpu"));
    assertEquals(new Quantity("200Mi"), found.target().get("memory"));
    assertEquals(new Quantity("262144000"), found.uncappedTarget().get("memory"));
    assertEquals(
        new Quantity("50m"),
        cluster
            .pods("watched")
            .getFirst()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getRequests()
            .get("cpu"));
    assertEquals("[\"watched\",\"Off\",\"5\",\"200Mi\",\"True\"", row("watched"));
  }

  /** What {@code kubectl get vpa} shows, but for the age. */
  private static String row(String name) throws Exception {
    var options = cluster.awaiting().options();
    var path = VerticalPodAutoscaler.RESOURCE.path("default") + "/" + name;
    try (var http = HttpClient.newBuilder().sslContext(TlsContext.of(options)).build()) {
      var request =
          HttpRequest.newBuilder(URI.create(options.server() + path))
              .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
              .build();
      var body = http.send(request, BodyHandlers.ofString()).body();
      var cells = body.substring(body.indexOf("\"cells\":") + "\"cells\":".length());
      return String.join(",", List.of(cells.split(",", -1)).subList(0, 5));
    }
  }

  @Test
  void aTargetThatIsNotThereIsSaidToBe() {
    autoscaler("nobody", "Off", "");
    var found = await("nobody", each -> !condition(each, "ConfigUnsupported").isEmpty());
    assertEquals(
        "True Cannot read targetRef. Reason: deployments.apps \"nobody\" not found",
        condition(found, "ConfigUnsupported"));
    assertEquals("True No pods match this VPA object", condition(found, "NoPodsMatched"));
    assertEquals("False No pods match this VPA object", condition(found, "RecommendationProvided"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'minAllowed':{'cpu':'2'},'maxAllowed':{'cpu':'1'} | spec.resourcePolicy.containerPolicies[0].maxAllowed[cpu]: Invalid value: "1": max resource for cpu is lower than min of "2"
          'minAllowed':{'cpu':'-2'} | spec.resourcePolicy.containerPolicies[0].minAllowed[cpu]: Invalid value: "-2": must be greater than or equal to 0
          'maxAllowed':{'cpu':'100u'} | spec.resourcePolicy.containerPolicies[0].maxAllowed[cpu]: Invalid value: "100u": must be a whole number of milli CPUs
          'controlledResources':['pods'] | spec.resourcePolicy.containerPolicies[0].controlledResources[0]: Unsupported value: "pods": supported values: "cpu", "memory"
          'mode':'Off','controlledValues':'RequestsAndLimits' | spec.resourcePolicy.containerPolicies[0].controlledValues: Forbidden: controlledValues shouldn't be specified if container scaling mode is off
          """)
  void whatCantBeMeantIsRefused(String policy, String why) {
    var refusal = assertThrows(ApiException.class, () -> autoscaler("bad", "Off", policy));
    assertTrue(String.valueOf(refusal.getMessage()).endsWith(why), refusal::getMessage);
  }
}
