package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What pods on simulated nodes use, whom such a node refuses, and what it does when it is asked.
 */
@Tag(SimulatedCluster.NEEDS_MACHINE)
@SuppressWarnings("NullAway.Init") // set before the first test
class SimulatedUsageIT {
  private static final String METRICS = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";

  private static final String STAGES =
      """
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: idle}
      spec:
        selector: {kind: Pod, matchLabels: {app: grow}}
        when: {state: Running}
        next: {usage: {cpu: 10m, memory: 1Gi}}
      ---
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: busy}
      spec:
        selector: {kind: Pod, matchLabels: {app: grow}}
        when: {state: Running}
        delay: {seconds: 5}
        next: {usage: {cpu: 300m}}
      ---
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: devices}
      spec:
        selector: {kind: Pod, matchLabels: {app: train}}
        when: {state: Running}
        next: {usage: {gpu: 90, gpuMemory: 60Gi}}
      """;

  private static SimulatedCluster cluster;
  private static Path wrong;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    var stages = Files.writeString(directory.resolve("stages.yaml"), STAGES);
    wrong =
        Files.writeString(directory.resolve("wrong.yaml"), STAGES.replace("gpu: 90", "gpu: 190"));
    cluster = SimulatedCluster.start(25110, "2:4xH100", "--stages", stages.toString());
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static void apply(String name, String more, String spec) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s",%s},
             "spec":{"terminationGracePeriodSeconds":0,%s}}
            """
                .formatted(name, more.replace('\'', '"'), spec.replace('\'', '"')));
  }

  private static Pod await(String name, Predicate<Pod> condition) {
    return cluster.awaiting().await(() -> cluster.awaiting().get(Resources.PODS, name), condition);
  }

  private static boolean runs(Pod pod) {
    return "Running".equals(pod.getStatus().getPhase());
  }

  private static String text(String path) {
    return new String(cluster.client().raw(path), StandardCharsets.UTF_8);
  }

  private static List<String> used(String app) {
    var list = ModelCodec.tree(cluster.client().raw(METRICS + "?labelSelector=app%3D" + app));
    return list.path("items")
        .valueStream()
        .map(pod -> pod.at("/containers/0/usage").toString().replace('"', '\''))
        .toList();
  }

  @Test
  void useGrowsByStageAndAnAutoscalerFollows() {
    cluster
        .awaiting()
        .apply(
            Resources.DEPLOYMENTS,
            "grow",
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"grow"},
             "spec":{"replicas":1,"selector":{"matchLabels":{"app":"grow"}},"template":{
              "metadata":{"labels":{"app":"grow"}},"spec":{"nodeSelector":
               {"nauarch.dev/simulated":"true"},"containers":[{"name":"c","image":"any/image:1",
               "resources":{"requests":{"cpu":"100m"}}}]}}}}
            """);
    Awaiting.until(
        "it is idle", () -> used("grow").equals(List.of("{'cpu':'10m','memory':'1Gi'}")));
    Awaiting.until(
        "it is busy", () -> used("grow").equals(List.of("{'cpu':'300m','memory':'1Gi'}")));
    cluster
        .awaiting()
        .apply(
            Resources.HORIZONTAL_POD_AUTOSCALERS,
            "grow",
            """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler",
             "metadata":{"name":"grow"},"spec":{"minReplicas":1,"maxReplicas":3,
              "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"grow"},
              "metrics":[{"type":"Resource","resource":{"name":"cpu",
               "target":{"type":"Utilization","averageUtilization":100}}}]}}
            """);
    Awaiting.until("it has grown", () -> cluster.pods("grow").size() == 3);
  }

  @Test
  void devicesAreScrapedAsFromTheirExporter() {
    cluster
        .awaiting()
        .apply(
            Resources.DEVICE_CLASSES,
            "gpu",
            """
            {"apiVersion":"resource.k8s.io/v1","kind":"DeviceClass","metadata":{"name":"gpu"},
             "spec":{"selectors":[{"cel":{"expression":"device.driver == 'gpu.nvidia.com'"}}]}}
            """);
    cluster
        .awaiting()
        .apply(
            Resources.RESOURCE_CLAIMS,
            "one",
            """
            {"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"one"},
             "spec":{"devices":{"requests":[{"name":"gpu","exactly":{"deviceClassName":"gpu"}}]}}}
            """);
    apply(
        "counted",
        "'labels':{'app':'train'}",
        "'nodeSelector':{'kubernetes.io/hostname':'sim-0'},'containers':[{'name':'c',"
            + "'image':'any/image:1','resources':{'limits':{'nvidia.com/gpu':'2'}}}]");
    apply(
        "claimed",
        "'annotations':{'nauarch.dev/gpu-usage':'35'}",
        "'nodeSelector':{'kubernetes.io/hostname':'sim-1'},'resourceClaims':[{'name':'mine',"
            + "'resourceClaimName':'one'}],'containers':[{'name':'c','image':'any/image:1',"
            + "'resources':{'claims':[{'name':'mine'}]}}]");
    await("counted", SimulatedUsageIT::runs);
    await("claimed", SimulatedUsageIT::runs);
    Awaiting.until("use is told of", () -> count("DCGM_FI_DEV_GPU_UTIL", "counted", "90") == 2);
    assertEquals(2, count("DCGM_FI_DEV_FB_USED", "counted", "61440"));
    assertEquals(2, count("DCGM_FI_DEV_FB_FREE", "counted", "20480"));
    assertEquals(1, count("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "claimed", "0.35"));
    var node = text("/api/v1/nodes/sim-1:9400/proxy/metrics");
    assertTrue(node.contains("dra_claim_name=\"one\""), node);
    assertTrue(node.contains("Hostname=\"sim-1\""), node);
    assertEquals(4, node.lines().filter(line -> line.startsWith("DCGM_FI_DEV_GPU_UTIL{")).count());
    assertTrue(
        node.lines()
            .filter(line -> !line.startsWith("#"))
            .allMatch(line -> line.contains("nauarch_dev_simulated=\"true\"")),
        node);
  }

  /** How many lines of all nodes' page tell this of a pod. */
  private static long count(String metric, String pod, String value) {
    return text("/metrics/accelerators")
        .lines()
        .filter(line -> line.startsWith(metric + "{"))
        .filter(line -> line.contains("pod=\"" + pod + "\""))
        .filter(line -> line.endsWith(" " + value))
        .count();
  }

  @Test
  void aPodWhosePortIsTakenIsRefusedUntilItIsFree() {
    var listening =
        "'nodeName':'sim-0','containers':[{'name':'c','image':'any/image:1',"
            + "'ports':[{'containerPort':21017,'hostPort':21017}]}]";
    apply("holder", "'labels':{'app':'holder'}", listening);
    await("holder", SimulatedUsageIT::runs);
    cluster
        .awaiting()
        .apply(
            Resources.STATEFUL_SETS,
            "listener",
            """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"listener"},
             "spec":{"replicas":1,"serviceName":"none","selector":{"matchLabels":
              {"app":"listener"}},"template":{"metadata":{"labels":{"app":"listener"}},
              "spec":{%s}}}}
            """
                .formatted(listening.replace('\'', '"')));
    var refused = await("listener-0", pod -> "Failed".equals(pod.getStatus().getPhase()));
    assertEquals("NodePorts", refused.getStatus().getReason());
    assertEquals(
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the"
            + " requested pod ports",
        refused.getStatus().getMessage());
    cluster.delete(Resources.PODS, "holder", "Background");
    var runs = await("listener-0", SimulatedUsageIT::runs);
    assertTrue(!runs.getMetadata().getUid().equals(refused.getMetadata().getUid()));
  }

  @Test
  void aPodSavesItsWorkOnceItIsAsked() {
    apply(
        "saver",
        "'annotations':{'nauarch.dev/checkpoint-grace-seconds':'3000',"
            + "'nauarch.dev/checkpoint-seconds':'2'}",
        "'nodeSelector':{'nauarch.dev/simulated':'true'},"
            + "'containers':[{'name':'c','image':'any/image:1'}]");
    await("saver", SimulatedUsageIT::runs);
    cluster.evict("saver");
    await("saver", PodStop::isAsked);
    Awaiting.until(
        "it is gone, long before its time is over",
        () -> cluster.awaiting().get(Resources.PODS, "saver").isEmpty());
  }

  @Test
  void whatCannotBeFollowedIsTold() throws Exception {
    apply(
        "typo",
        "'annotations':{'nauarch.dev/gpu-usage':'lots'}",
        "'nodeSelector':{'nauarch.dev/simulated':'true'},"
            + "'containers':[{'name':'c','image':'any/image:1'}]");
    var typo =
        await(
            "typo",
            pod ->
                pod.getStatus().getContainerStatuses().stream()
                    .anyMatch(c -> c.getState().getWaiting() != null));
    assertEquals(
        "nauarch.dev/gpu-usage is \"lots\": expected percent, from 0 to 100, for example 80",
        typo.getStatus().getContainerStatuses().getFirst().getState().getWaiting().getMessage());
    var up = cluster.nau("up", "--name", "other", "--stages", wrong.toString());
    assertEquals(2, up.code(), up::output);
    var told = "document 3 (devices).next.usage.gpu: is 190, expected percent, from 0 to 100";
    assertTrue(up.output().contains(told), up::output);
  }
}
