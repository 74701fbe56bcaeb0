package dev.nauarch.nodeagent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.nodeagent.FakeCluster;
import dev.nauarch.nodeagent.HostNetwork;
import dev.nauarch.nodeagent.ServiceAccountTokens.Token;
import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.equipment.NoEquipment;
import dev.nauarch.nodeagent.image.TestImage;
import dev.nauarch.nodeagent.image.TestLayer;
import dev.nauarch.nodeagent.image.TestRegistry;
import dev.nauarch.nodeagent.runtime.process.ProcessRuntime;
import dev.nauarch.nodeagent.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Real pods as host processes, driven from objects to statuses; needs root. */
class PodWorkersIT {
  private static final String NODE = "it-node";
  private static final String CGROUP = "nauarch-it-pods-" + ProcessHandle.current().pid();

  @TempDir Path directory;
  private final FakeCluster cluster = new FakeCluster();
  private ProcessRuntime runtime;
  private EventRecorder events;
  private PodWorkers workers;

  @BeforeEach
  void start() throws Exception {
    var clock = InstantSource.system();
    var network = HostNetwork.open(directory.resolve("network"), 4711);
    var cgroups = Cgroups.open(CGROUP);
    runtime = ProcessRuntime.open(directory.resolve("runtime"), cgroups, network, clock);
    events = new EventRecorder(cluster, "kubelet", NODE, clock);
    var volumes =
        new PodVolumes(
            directory.resolve("pods"),
            cluster,
            (pod, account, audiences, lifetime) ->
                new Token("token-of-" + account, clock.instant().plus(lifetime)),
            clock);
    workers =
        PodWorkers.start(
            new NodeContext(
                NODE,
                "127.0.0.1",
                Amounts.of("pods", Amount.of(110))
                    .with("cpu", Amount.of(64))
                    .with("memory", Amount.of(1L << 40)),
                1L << 40,
                directory.resolve("logs"),
                cluster,
                runtime,
                "process",
                Optional.empty(),
                cgroups,
                volumes,
                new NoEquipment("this is a test"),
                clock,
                events,
                () -> {}));
  }

  private void stop() {
    workers.close();
    events.close();
    runtime.close();
  }

  @AfterEach
  void cleanUp() throws Exception {
    for (var pod : workers.pods()) {
      cluster.delete(
          Resources.PODS,
          ObjectKey.of(pod),
          new DeleteOptions(java.util.OptionalLong.of(0), "", "", ""));
    }
    var deadline = Instant.now().plusSeconds(20);
    while (!workers.pods().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(10);
    }
    assertTrue(workers.pods().isEmpty(), "pods were left");
    stop();
    assertEquals(List.of(), runtime.sandboxes());
    try (var mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
      assertFalse(mounts.anyMatch(line -> line.contains(directory.toString())), "mounts were left");
    }
    dev.nauarch.nodeagent.TestCgroups.remove(CGROUP);
  }

  private static PodBuilder pod(String name, String script) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(NODE)
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(5L)
        .addNewContainer()
        .withName("main")
        .withImage("host")
        .withCommand("sh", "-c", script)
        .endContainer()
        .endSpec();
  }

  /** Adds to a pod's specification; the first container's fields are added to those it has. */
  private static PodBuilder with(PodBuilder pod, String spec) {
    var json = JsonMapper.builder().build();
    ObjectNode tree = json.valueToTree(pod.build());
    var own = (ObjectNode) tree.get("spec");
    for (var field : ((ObjectNode) json.readTree(spec)).properties()) {
      if (field.getKey().equals("containers")) {
        ((ObjectNode) own.get("containers").get(0)).setAll((ObjectNode) field.getValue().get(0));
      } else {
        own.set(field.getKey(), field.getValue());
      }
    }
    return new PodBuilder(json.treeToValue(tree, Pod.class));
  }

  private Pod create(PodBuilder pod) {
    return cluster.create(Resources.PODS, pod.build());
  }

  private Pod await(String name, Predicate<Pod> until) throws InterruptedException {
    var deadline = Instant.now().plusSeconds(30);
    Pod last = null;
    while (Instant.now().isBefore(deadline)) {
      last = cluster.get(Resources.PODS, new ObjectKey("default", name)).orElse(null);
      if (last != null && last.getStatus() != null && until.test(last)) {
        return last;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("pod " + name + " is " + (last == null ? "gone" : last.getStatus()));
  }

  private Pod awaitPhase(String name, String phase) throws InterruptedException {
    return await(name, pod -> phase.equals(pod.getStatus().getPhase()));
  }

  private void awaitGone(String name) throws InterruptedException {
    var deadline = Instant.now().plusSeconds(30);
    while (cluster.get(Resources.PODS, new ObjectKey("default", name)).isPresent()) {
      assertTrue(Instant.now().isBefore(deadline), "pod " + name + " is still there");
      Thread.sleep(10);
    }
  }

  private String log(Pod pod) throws IOException {
    var file = ContainerConfigs.log(directory.resolve("logs"), pod, "main", 0);
    var text = new StringBuilder();
    for (var line : Files.readAllLines(file)) {
      text.append(line.split(" ", 4)[3]).append('\n');
    }
    return text.toString();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  @Test
  void aPodThatEndsWellSucceeds() throws Exception {
    create(pod("ok", "echo done >/dev/termination-log; echo hello"));
    var ended = awaitPhase("ok", "Succeeded");
    var state = ended.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
    assertEquals(0, state.getExitCode());
    assertEquals("done\n", state.getMessage());
    assertEquals("hello\n", log(ended));
  }

  @Test
  void aPodSeesItsConfigurationAndItsNames() throws Exception {
    cluster.create(
        Resources.CONFIG_MAPS,
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("settings")
            .endMetadata()
            .withData(Map.of("color", "green"))
            .build());
    var script =
        "echo $COLOR $NAME $GREETING $IP; cat /settings/color; echo; hostname;"
            + " cat /var/run/secrets/kubernetes.io/serviceaccount/token; echo;"
            + " echo kept >/cache/file; cat /cache/file; grep -c config /etc/hosts";
    var pod =
        with(
            pod("config", script),
            """
            {"containers": [{
               "env": [
                 {"name": "COLOR",
                  "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "color"}}},
                 {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                 {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                 {"name": "GREETING", "value": "hi-$(NAME)"}],
               "volumeMounts": [
                 {"name": "settings", "mountPath": "/settings"},
                 {"name": "token", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
                 {"name": "cache", "mountPath": "/cache"}]}],
             "volumes": [
               {"name": "settings", "configMap": {"name": "settings"}},
               {"name": "cache", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
               {"name": "token",
                "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}]}
            """);
    create(pod);
    assertEquals(
        "green config hi-config 127.82.103.1\ngreen\nconfig\ntoken-of-default\nkept\n1\n",
        log(awaitPhase("config", "Succeeded")).replaceAll("127\\.[0-9.]+", "127.82.103.1"));
  }

  @Test
  void initContainersRunInTurnAndASidecarEndsWithThePod() throws Exception {
    var pod =
        with(
            pod("init", "cat /shared-work/log"),
            """
            {"volumes": [{"name": "work", "emptyDir": {}}],
             "containers": [{"volumeMounts": [{"name": "work", "mountPath": "/shared-work"}]}],
             "initContainers": [
               {"name": "first", "image": "host",
                "command": ["sh", "-c", "echo first >>/shared-work/log"],
                "volumeMounts": [{"name": "work", "mountPath": "/shared-work"}]},
               {"name": "side", "image": "host", "restartPolicy": "Always",
                "command": ["sh", "-c", "echo side >>/shared-work/log; sleep 1000"],
                "startupProbe":
                  {"exec": {"command": ["grep", "side", "/shared-work/log"]}, "periodSeconds": 1},
                "volumeMounts": [{"name": "work", "mountPath": "/shared-work"}]}]}
            """);
    create(pod);
    var ended = awaitPhase("init", "Succeeded");
    assertEquals("first\nside\n", log(ended));
    assertEquals(
        137,
        ended
            .getStatus()
            .getInitContainerStatuses()
            .get(1)
            .getState()
            .getTerminated()
            .getExitCode());
  }

  @Test
  void aPodThatFailsItsLivenessProbeIsRestarted() throws Exception {
    var pod = pod("alive", "trap 'exit 3' TERM; while :; do sleep 0.05; done");
    pod.editSpec()
        .withRestartPolicy("Always")
        .editFirstContainer()
        .withNewLivenessProbe()
        .withNewExec()
        .withCommand("false")
        .endExec()
        .withPeriodSeconds(1)
        .withFailureThreshold(1)
        .withInitialDelaySeconds(1)
        .endLivenessProbe()
        .endContainer()
        .endSpec();
    create(pod);
    var restarted =
        await("alive", p -> p.getStatus().getContainerStatuses().getFirst().getRestartCount() >= 1);
    assertEquals(
        3,
        restarted
            .getStatus()
            .getContainerStatuses()
            .getFirst()
            .getLastState()
            .getTerminated()
            .getExitCode());
  }

  @Test
  void aReadyPodThatIsDeletedEndsPolitelyAndGoes() throws Exception {
    create(pod("polite", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
    var running = await("polite", PodWorkersIT::isReady);
    assertEquals("Running", running.getStatus().getPhase());
    var log = ContainerConfigs.log(directory.resolve("logs"), running, "main", 0);
    var deadline = Instant.now().plusSeconds(10);
    while (!Files.readString(log).contains("up") && Instant.now().isBefore(deadline)) {
      Thread.sleep(10);
    }
    var begun = Instant.now();
    cluster.delete(Resources.PODS, ObjectKey.of(running), DeleteOptions.DEFAULT);
    awaitGone("polite");
    assertTrue(Duration.between(begun, Instant.now()).toMillis() < 4000, "the grace ran out");
    assertFalse(Files.exists(directory.resolve("pods").resolve(running.getMetadata().getUid())));
  }

  @Test
  void containersGoOnWhileNoAgentIsThere() throws Exception {
    create(pod("survivor", "sleep 1; echo late; exit 6"));
    awaitPhase("survivor", "Running");
    stop();
    start();
    var ended = awaitPhase("survivor", "Failed");
    var status = ended.getStatus().getContainerStatuses().getFirst();
    assertEquals(6, status.getState().getTerminated().getExitCode());
    assertEquals(0, status.getRestartCount());
    assertEquals("late\n", log(ended));
  }

  @Test
  void aGangStartsWhenItsPlacementIsCommitted() throws Exception {
    var pod = pod("member", "echo started");
    pod.editSpec().withNewSchedulingGroup().withPodGroupName("gang").endSchedulingGroup().endSpec();
    var group = new PodGroupBuilder().withNewMetadata().withNamespace("default").withName("gang");
    var created = cluster.create(Resources.POD_GROUPS, group.endMetadata().build());
    create(pod);
    var waiting = await("member", p -> !p.getStatus().getContainerStatuses().isEmpty());
    assertEquals("Pending", waiting.getStatus().getPhase());
    created.getMetadata().setAnnotations(Map.of(OwnNames.PLACEMENT, "member=it-node"));
    cluster.update(Resources.POD_GROUPS, created);
    assertEquals("started\n", log(awaitPhase("member", "Succeeded")));
  }

  @Test
  void aPodOfAGroupWithoutGangPolicyWaitsForNobody() throws Exception {
    var pod = pod("alone", "echo started");
    pod.editSpec()
        .withNewSchedulingGroup()
        .withPodGroupName("basic")
        .endSchedulingGroup()
        .endSpec();
    var group = new PodGroupBuilder().withNewMetadata().withNamespace("default").withName("basic");
    cluster.create(
        Resources.POD_GROUPS,
        group
            .endMetadata()
            .withNewSpec()
            .withNewSchedulingPolicy()
            .withNewBasic()
            .endBasic()
            .endSchedulingPolicy()
            .endSpec()
            .build());
    create(pod);
    assertEquals("started\n", log(awaitPhase("alone", "Succeeded")));
  }

  @Test
  void aPodIsRefusedForWhatIsWrittenOnTheNode() throws Exception {
    var node = new NodeBuilder().withNewMetadata().withName(NODE).addToLabels("zone", "a");
    cluster.create(Resources.NODES, node.endMetadata().build());
    create(with(pod("strays", "true"), "{\"nodeSelector\":{\"zone\":\"b\"}}"));
    assertEquals("NodeAffinity", awaitPhase("strays", "Failed").getStatus().getReason());
    create(with(pod("matches", "echo started"), "{\"nodeSelector\":{\"zone\":\"a\"}}"));
    assertEquals("started\n", log(awaitPhase("matches", "Succeeded")));
  }

  @Test
  void aPodWithAnImageThatCantBeHadSaysSo() throws Exception {
    var pod = pod("image", "true");
    pod.editSpec()
        .editFirstContainer()
        .withImage("127.0.0.1:1/nginx:1.27")
        .endContainer()
        .endSpec();
    create(pod);
    var waiting =
        await(
            "image",
            p -> {
              var state = p.getStatus().getContainerStatuses().getFirst().getState().getWaiting();
              return state != null && "ImagePullBackOff".equals(state.getReason());
            });
    assertEquals("Pending", waiting.getStatus().getPhase());
  }

  /** An image whose program tells what it sees. */
  private static TestImage telling() throws IOException {
    var layer =
        new TestLayer()
            .file("bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")))
            .link("bin/sh", "busybox")
            .link("bin/cat", "busybox")
            .file("etc/hosts", "1.2.3.4 image\n");
    var script =
        "cat /etc/hosts /etc/hostname /config/key; echo $COLOR $@; echo bye >/dev/termination-log";
    var config =
        Map.<String, Object>of(
            "Entrypoint", List.of("sh", "-c", script, "sh"), "Env", List.of("COLOR=red"));
    return TestImage.of(config, TestImage.Packing.GZIP, List.of(layer.tar()));
  }

  @Test
  void aPodRunsAnImageAsTheImageSays() throws Exception {
    try (var registry = new TestRegistry()) {
      var name = registry.put("team/app", "1", telling());
      cluster.create(
          Resources.CONFIG_MAPS,
          new ConfigMapBuilder()
              .withNewMetadata()
              .withNamespace("default")
              .withName("settings")
              .endMetadata()
              .addToData("key", "value\n")
              .build());
      create(
          with(
              pod("imaged", ""),
              "{'volumes':[{'name':'c','configMap':{'name':'settings'}}],'containers':[{'image':"
                      .replace('\'', '"')
                  + ("'%s','command':[],'args':['from','pod'],'volumeMounts':[{'name':'c',"
                          + "'mountPath':'/config'}]}]}")
                      .formatted(name)
                      .replace('\'', '"')));
      var pod = awaitPhase("imaged", "Succeeded");
      var log = log(pod);
      assertTrue(log.contains("\timaged\nimaged\nvalue\nred from pod\n"), log);
      assertFalse(log.contains("1.2.3.4"), log);
      var status = pod.getStatus().getContainerStatuses().getFirst();
      assertEquals("bye\n", status.getState().getTerminated().getMessage());
      create(with(pod("missing", ""), "{\"containers\":[{\"image\":\"" + name + "2\"}]}"));
      var waiting =
          await(
              "missing",
              each ->
                  each.getStatus().getContainerStatuses().stream()
                      .anyMatch(
                          one ->
                              one.getState().getWaiting() != null
                                  && String.valueOf(one.getState().getWaiting().getMessage())
                                      .contains("not found")));
      assertEquals("Pending", waiting.getStatus().getPhase());
    }
  }
}
