package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Autoscalers on simulated nodes, whose pods use what their annotations say. */
@SuppressWarnings("NullAway.Init") // set before the first test
class AutoscalingIT {

  private static final Resource<GenericKubernetesResource> API_SERVICES =
      new Resource<>(
          "apiregistration.k8s.io",
          "v1",
          "apiservices",
          "APIService",
          false,
          GenericKubernetesResource.class);
  private static final String METRICS = "/apis/metrics.k8s.io/v1beta1";
  private static final String QUEUE =
      "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue";
  private static final String HITS =
      "/apis/custom.metrics.k8s.io/v1beta1/namespaces/default/deployments.apps/web/hits";

  private static SimulatedCluster cluster;
  private static MetricsServer metrics;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    cluster = SimulatedCluster.start(23643, 3);
    metrics = MetricsServer.start(directory);
    Resource<Service> services = Resources.SERVICES;
    cluster
        .awaiting()
        .apply(
            services,
            "metrics",
            """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"metrics"},
             "spec":{"type":"ExternalName","externalName":"localhost"}}
            """);
    for (var group : new String[] {"custom", "external"}) {
      var name = "v1beta1." + group + ".metrics.k8s.io";
      cluster
          .awaiting()
          .apply(
              API_SERVICES,
              name,
              """
              {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"%s"},
               "spec":{"group":"%s.metrics.k8s.io","version":"v1beta1","groupPriorityMinimum":100,
                "versionPriority":100,"insecureSkipTLSVerify":true,
                "service":{"namespace":"default","name":"metrics","port":%d}}}
              """
                  .formatted(name, group, metrics.port()));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    metrics.close();
    cluster.close();
  }

  /** A Deployment whose pods ask for 100m of CPU and use so much. */
  private static void deployment(String name, int replicas, String cpu) {
    cluster
        .awaiting()
        .apply(
            Resources.DEPLOYMENTS,
            name,
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1$s"},
             "spec":{"replicas":%2$d,"selector":{"matchLabels":{"app":"%1$s"}},
              "template":{"metadata":{"labels":{"app":"%1$s"},"annotations":
               {"nauarch.dev/cpu-usage":"%3$s","nauarch.dev/memory-usage":"64Mi"}},
               "spec":{"terminationGracePeriodSeconds":0,
               "nodeSelector":{"nauarch.dev/simulated":"true"},"containers":[{"name":"c",
                "image":"any/image:1","resources":{"requests":{"cpu":"100m"}}}]}}}}
            """
                .formatted(name, replicas, cpu));
  }

  private static void autoscaler(String name, String spec) {
    cluster
        .awaiting()
        .apply(
            Resources.HORIZONTAL_POD_AUTOSCALERS,
            name,
            """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"%1$s"},
             "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"%1$s"},%2$s}}
            """
                .formatted(name, spec.replace('\'', '"')));
  }

  private static void awaitSize(String name, int replicas) {
    cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.DEPLOYMENTS, name),
            each -> each.getSpec().getReplicas() == replicas);
  }

  private static HorizontalPodAutoscaler await(
      String name, Predicate<HorizontalPodAutoscaler> condition) {
    return cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.HORIZONTAL_POD_AUTOSCALERS, name),
            each -> each.getStatus() != null && condition.test(each));
  }

  private static boolean has(HorizontalPodAutoscaler autoscaler, String type, String reason) {
    return autoscaler.getStatus().getConditions().stream()
        .anyMatch(each -> each.getType().equals(type) && each.getReason().equals(reason));
  }

  private static JsonNode read(String path) {
    return ModelCodec.tree(cluster.client().raw(path));
  }

  @Test
  void playedCpuScalesUpAndAfterTheWindowDownAgain() {
    deployment("busy", 1, "100m");
    autoscaler(
        "busy",
        "'minReplicas':1,'maxReplicas':4,'behavior':{'scaleDown':{'stabilizationWindowSeconds':30}},"
            + "'metrics':[{'type':'Resource','resource':{'name':'cpu','target':"
            + "{'type':'Utilization','averageUtilization':50}}}]");
    awaitSize("busy", 4);
    var up = await("busy", each -> has(each, "ScalingLimited", "TooManyReplicas"));
    assertEquals(1, up.getStatus().getObservedGeneration());
    assertEquals(
        100,
        up.getStatus()
            .getCurrentMetrics()
            .getFirst()
            .getResource()
            .getCurrent()
            .getAverageUtilization());
    Awaiting.until("four pods run", () -> read(pods("busy")).path("items").size() == 4);
    showsUse();
    for (var pod : cluster.pods("busy")) {
      cluster
          .client()
          .patch(
              Resources.PODS,
              SimulatedCluster.key(pod.getMetadata().getName()),
              Patch.merge(
                  "", "{\"metadata\":{\"annotations\":{\"nauarch.dev/cpu-usage\":\"5m\"}}}"));
    }
    await("busy", each -> has(each, "AbleToScale", "ScaleDownStabilized"));
    awaitSize("busy", 1);
    var events = cluster.client().list(Resources.EVENTS, Selection.inNamespace("default")).items();
    assertTrue(
        events.stream()
            .anyMatch(
                each ->
                    "SuccessfulRescale".equals(each.getReason())
                        && "New size: 1; reason: All metrics below target".equals(each.getNote())),
        events::toString);
  }

  private static String pods(String app) {
    return METRICS + "/namespaces/default/pods?labelSelector=app%3D" + app;
  }

  /** What {@code kubectl top} reads. */
  private static void showsUse() {
    for (var pod : read(pods("busy")).path("items")) {
      assertEquals("true", pod.at("/metadata/labels/nauarch.dev~1simulated").asString());
      assertEquals("100m", pod.at("/containers/0/usage/cpu").asString());
      assertEquals("64Mi", pod.at("/containers/0/usage/memory").asString());
    }
    var nodes = read(METRICS + "/nodes?labelSelector=nauarch.dev%2Fsimulated%3Dtrue").path("items");
    assertEquals(3, nodes.size());
    assertTrue(
        nodes.values().stream().anyMatch(node -> !node.at("/usage/cpu").asString().equals("0")),
        nodes::toString);
  }

  @Test
  void anExternalMetricScalesToZeroAndBack() {
    metrics.set(QUEUE, "0");
    deployment("worker", 1, "0");
    autoscaler(
        "worker",
        "'minReplicas':0,'maxReplicas':5,'behavior':{'scaleDown':{'stabilizationWindowSeconds':0}},"
            + "'metrics':[{'type':'External','external':{'metric':{'name':'queue'},'target':"
            + "{'type':'AverageValue','averageValue':'4'}}}]");
    awaitSize("worker", 0);
    await("worker", each -> has(each, "ScaledToZero", "ScaledToZero"));
    metrics.set(QUEUE, "11");
    awaitSize("worker", 3);
    await("worker", each -> has(each, "ScaledToZero", "NotScaledToZero"));
  }

  @Test
  void aMetricOfAnObjectScalesWhatItIsAbout() {
    metrics.set(HITS, "2500");
    deployment("web", 1, "0");
    autoscaler(
        "web",
        "'maxReplicas':5,'metrics':[{'type':'Object','object':{'describedObject':{'apiVersion':"
            + "'apps/v1','kind':'Deployment','name':'web'},'metric':{'name':'hits'},'target':"
            + "{'type':'AverageValue','averageValue':'1k'}}}]");
    awaitSize("web", 3);
    var current =
        await("web", each -> !each.getStatus().getCurrentMetrics().isEmpty())
            .getStatus()
            .getCurrentMetrics()
            .getFirst()
            .getObject();
    assertEquals("hits", current.getMetric().getName());
  }
}
