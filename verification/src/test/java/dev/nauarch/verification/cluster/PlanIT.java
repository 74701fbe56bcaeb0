package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import dev.nauarch.client.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code nau plan} says of pods that claim devices, of which two nodes have four each. */
@Tag(SimulatedCluster.NEEDS_MACHINE)
@SuppressWarnings("NullAway.Init") // set before the first test
class PlanIT {

  private static final String TEMPLATE =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: %s}
      spec:
        spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu, count: %d}}]}}
      """;

  private static final String JOB =
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: train}
      spec:
        parallelism: %d
        completions: %1$d
        template:
          spec:
            restartPolicy: Never
            resourceClaims: [{name: gpu, %s}]
            containers:
            - {name: c, image: any/image:1, resources: {claims: [{name: gpu}]}}
      """;

  private static SimulatedCluster cluster;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(25230, "2:4xH100");
    cluster.deviceClass("gpu", "example.com/gpu");
    cluster.awaitSlices(2);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private void expect(int code, String words, String... documents) throws Exception {
    var manifest = directory.resolve("manifest.yaml");
    Files.writeString(manifest, String.join("---\n", documents));
    var plan = cluster.nau("plan", "-f", manifest.toString());
    assertEquals(code, plan.code(), plan::output);
    assertTrue(plan.output().contains(words), plan::output);
  }

  @Test
  void claimsOfTemplatesCountAgainstFreeDevicesAndAreNotMade() throws Exception {
    var named = "resourceClaimTemplateName: two";
    var template = TEMPLATE.formatted("two", 2);
    expect(0, "yes, all 4 pods, on 2 nodes", JOB.formatted(4, named), template);
    expect(12, "no: 4 of 5 pods.", JOB.formatted(5, named), template);
    expect(
        2,
        "there is no ResourceClaimTemplate default/none",
        JOB.formatted(1, "resourceClaimTemplateName: none"));
    assertTrue(cluster.client().list(Resources.RESOURCE_CLAIMS, Selection.ALL).items().isEmpty());

    // A claim that stands in the manifest is one for all pods that name it.
    var claim =
        """
        apiVersion: resource.k8s.io/v1
        kind: ResourceClaim
        metadata: {name: shared}
        spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu, count: 4}}]}}
        """;
    expect(0, "yes, all 3 pods, on 1 node", claim, JOB.formatted(3, "resourceClaimName: shared"));
    expect(
        12,
        "resourceclaim.resource.k8s.io \"shared\" not found",
        JOB.formatted(3, "resourceClaimName: shared"));
  }

  @Test
  void queuedJobNeedsItsDevicesToo() throws Exception {
    var named = "resourceClaimTemplateName: two";
    var template = TEMPLATE.formatted("two", 2);
    var queued = "metadata: {name: train, labels: {kueue.x-k8s.io/queue-name: default}}";
    var fits = JOB.formatted(4, named).replace("metadata: {name: train}", queued);
    expect(0, "yes, all 4 pods, on 2 nodes", fits, template);
    var many = JOB.formatted(5, named).replace("metadata: {name: train}", queued);
    expect(12, "no: 4 of 5 pods.", many, template);
    assertTrue(cluster.client().list(Resources.RESOURCE_CLAIMS, Selection.ALL).items().isEmpty());
  }

  @Test
  void podsOfAGroupShareTheClaimOfItsTemplate() throws Exception {
    var group =
        """
        apiVersion: scheduling.k8s.io/v1beta1
        kind: PodGroup
        metadata: {name: team}
        spec:
          schedulingPolicy: {gang: {minCount: 3}}
          resourceClaims: [{name: gpu, resourceClaimTemplateName: all}]
        """;
    var pods =
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: team}
        spec:
          replicas: 3
          selector: {matchLabels: {app: team}}
          template:
            metadata: {labels: {app: team}}
            spec:
              schedulingGroup: {podGroupName: team}
              resourceClaims: [{name: gpu, resourceClaimTemplateName: all}]
              containers:
              - {name: c, image: any/image:1, resources: {claims: [{name: gpu}]}}
        """;
    expect(0, "yes, all 3 pods, on 1 node", pods, group, TEMPLATE.formatted("all", 4));
  }

  @Test
  void devicesStandForOtherResourcesAsTheirClassesSay() throws Exception {
    var pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: mapped}
        spec:
          containers:
          - {name: c, image: any/image:1, resources: {limits: {example.com/gpu: "%d"}}}
        """;
    expect(0, "yes, all 1 pods, on 1 node", pod.formatted(4));
    expect(12, "no", pod.formatted(5));
  }
}
