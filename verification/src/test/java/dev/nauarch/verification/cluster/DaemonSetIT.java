package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** DaemonSets on simulated nodes, by what Kubernetes' own suite looks at. */
@SuppressWarnings("NullAway.Init") // set before the first test
class DaemonSetIT {

  private static final int NODES = 5;

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(23643, NODES);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  /** A set for nodes with these labels, beside that of simulated ones. */
  private static void apply(String name, String labels, String spec) {
    cluster
        .awaiting()
        .apply(
            Resources.DAEMON_SETS,
            name,
            """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"%1$s","labels":{"app":"%1$s"}},
             "spec":{%3$s"selector":{"matchLabels":{"app":"%1$s"}},
              "template":{"metadata":{"labels":{"app":"%1$s"}},"spec":{"terminationGracePeriodSeconds":0,
               "nodeSelector":{%2$s"nauarch.dev/simulated":"true"},
               "containers":[{"name":"c","image":"any/image:1"}]}}}}
            """
                .formatted(name, labels.replace('\'', '"'), spec.replace('\'', '"')));
  }

  private static void image(String name, String image) {
    cluster.patch(
        Resources.DAEMON_SETS,
        name,
        "{'spec':{'template':{'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}}}");
  }

  private static void patchNode(String name, String body) {
    cluster
        .client()
        .patch(Resources.NODES, new ObjectKey("", name), Patch.merge("", body.replace('\'', '"')));
  }

  private static DaemonSet await(String name, Predicate<DaemonSet> condition) {
    return cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.DAEMON_SETS, name),
            set ->
                set.getStatus() != null
                    && set.getMetadata()
                        .getGeneration()
                        .equals(set.getStatus().getObservedGeneration())
                    && condition.test(set));
  }

  private static DaemonSet awaitReady(String name, int nodes) {
    return await(
        name,
        set ->
            set.getStatus().getDesiredNumberScheduled() == nodes
                && set.getStatus().getNumberReady() == nodes
                && orZero(set.getStatus().getUpdatedNumberScheduled()) == nodes
                && cluster.pods(name).size() == nodes);
  }

  private static int orZero(Integer value) {
    return value == null ? 0 : value;
  }

  private static Map<String, String> uidByNode(String name) {
    return cluster.pods(name).stream()
        .collect(Collectors.toMap(p -> p.getSpec().getNodeName(), p -> p.getMetadata().getUid()));
  }

  @Test
  void everyNodeHasOnePodAndGetsItBack() throws Exception {
    apply("simple", "", "");
    var status = awaitReady("simple", NODES).getStatus();
    assertEquals(NODES, status.getCurrentNumberScheduled());
    assertEquals(0, status.getNumberMisscheduled());
    assertEquals(NODES, uidByNode("simple").size());
    var pod = cluster.pods("simple").getFirst();
    cluster
        .client()
        .delete(Resources.PODS, ObjectKey.of(pod), DeleteOptions.ofUid(pod.getMetadata().getUid()));
    Awaiting.until(
        "another pod is on the node",
        () ->
            cluster.pods("simple").size() == NODES
                && !uidByNode("simple").containsValue(pod.getMetadata().getUid()));
    cluster.patch(Resources.DAEMON_SETS, "simple", "{'metadata':{'labels':{'all':'gone'}}}");
    cluster.deleteAll(Resources.DAEMON_SETS, "all=gone");
    Awaiting.until("no pod is left", () -> cluster.pods("simple").isEmpty());
    var left = new Selection("default", "all=gone", "");
    assertEquals(List.of(), cluster.client().list(Resources.DAEMON_SETS, left).items());
  }

  @Test
  void podsFollowTheLabelsOfNodes() {
    apply("colored", "'color':'blue',", "");
    await("colored", set -> set.getStatus().getDesiredNumberScheduled() == 0);
    patchNode("sim-1", "{'metadata':{'labels':{'color':'blue'}}}");
    awaitReady("colored", 1);
    assertTrue(uidByNode("colored").containsKey("sim-1"));
    patchNode("sim-1", "{'metadata':{'labels':{'color':'green'}}}");
    Awaiting.until("the pod has left", () -> cluster.pods("colored").isEmpty());
    cluster.patch(
        Resources.DAEMON_SETS,
        "colored",
        "{'spec':{'template':{'spec':{'nodeSelector':{'color':'green'}}}}}");
    awaitReady("colored", 1);
    cluster.delete(Resources.DAEMON_SETS, "colored", "Background");
  }

  @Test
  void podsFollowAffinityAndTaints() {
    apply("chosen", "", "");
    cluster.patch(
        Resources.DAEMON_SETS,
        "chosen",
        "{'spec':{'template':{'spec':{'affinity':{'nodeAffinity':{"
            + "'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{"
            + "'matchExpressions':[{'key':'rank','operator':'Gt','values':['2']}]}]}}}}}}}");
    await("chosen", set -> set.getStatus().getDesiredNumberScheduled() == 0);
    patchNode("sim-2", "{'metadata':{'labels':{'rank':'3'}}}");
    patchNode("sim-3", "{'metadata':{'labels':{'rank':'7'}}}");
    awaitReady("chosen", 2);
    patchNode("sim-3", "{'spec':{'taints':[{'key':'mine','effect':'NoExecute'}]}}");
    awaitReady("chosen", 1);
    patchNode("sim-3", "{'spec':{'taints':[]}}");
    awaitReady("chosen", 2);
    patchNode("sim-3", "{'spec':{'unschedulable':true}}");
    patchNode("sim-3", "{'metadata':{'labels':{'rank':'8'}}}");
    var pod =
        cluster.pods("chosen").stream()
            .filter(each -> each.getSpec().getNodeName().equals("sim-3"))
            .findFirst()
            .orElseThrow();
    var old = pod.getMetadata().getUid();
    cluster.delete(Resources.PODS, pod.getMetadata().getName(), "Background");
    Awaiting.until(
        "a cordoned node gets its pod back",
        () -> !uidByNode("chosen").getOrDefault("sim-3", old).equals(old));
    patchNode("sim-3", "{'spec':{'unschedulable':false}}");
    cluster.delete(Resources.DAEMON_SETS, "chosen", "Background");
  }

  @Test
  void aFailedPodIsMadeAnew() {
    apply("failing", "", "");
    awaitReady("failing", NODES);
    var pod = cluster.pods("failing").getFirst();
    cluster.fail(pod.getMetadata().getName());
    Awaiting.until(
        "the failed pod is replaced",
        () ->
            cluster.pods("failing").stream()
                .noneMatch(each -> each.getMetadata().getUid().equals(pod.getMetadata().getUid())));
    awaitReady("failing", NODES);
    cluster.delete(Resources.DAEMON_SETS, "failing", "Background");
  }

  @Test
  void updatesRollAndRollBackWithoutNeedlessRestarts() {
    apply("rolling", "", "");
    awaitReady("rolling", NODES);
    image("rolling", "any/image:2");
    awaitReady("rolling", NODES);
    var good = uidByNode("rolling");
    // Half of an update: the first pod, for which there is no room, holds it.
    cluster.patch(
        Resources.DAEMON_SETS,
        "rolling",
        "{'spec':{'template':{'spec':{'containers':[{'name':'c','image':'any/image:3',"
            + "'resources':{'requests':{'cpu':'100000'}}}]}}}}");
    await(
        "rolling",
        set ->
            orZero(set.getStatus().getUpdatedNumberScheduled()) == 1
                && set.getStatus().getNumberReady() == NODES - 1);
    image("rolling", "any/image:2");
    awaitReady("rolling", NODES);
    var now = uidByNode("rolling");
    assertEquals(1, now.values().stream().filter(uid -> !good.containsValue(uid)).count());
    var revisions =
        cluster
            .client()
            .list(Resources.CONTROLLER_REVISIONS, new Selection("default", "app=rolling", ""))
            .items();
    assertEquals(
        List.of(1L, 3L, 4L), revisions.stream().map(each -> each.getRevision()).sorted().toList());
    cluster.delete(Resources.DAEMON_SETS, "rolling", "Background");
  }

  @Test
  void withSurgeNoNodeIsEverWithoutAReadyPod() {
    apply(
        "surging",
        "",
        "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1,'maxUnavailable':0}},");
    awaitReady("surging", NODES);
    image("surging", "any/image:2");
    Awaiting.until(
        "all run the new image",
        () -> {
          var pods = cluster.pods("surging");
          var served =
              pods.stream()
                  .filter(SimulatedCluster::isReady)
                  .map(pod -> pod.getSpec().getNodeName())
                  .distinct()
                  .count();
          assertEquals(NODES, served, "nodes with a ready pod");
          assertTrue(pods.stream().filter(DaemonSetIT::isStaying).count() <= NODES + 1, "surge");
          return pods.size() == NODES
              && pods.stream()
                  .allMatch(
                      pod -> pod.getSpec().getContainers().getFirst().getImage().endsWith(":2"));
        });
    cluster.delete(Resources.DAEMON_SETS, "surging", "Background");
  }

  private static boolean isStaying(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null;
  }

  @Test
  void whatIsReplacedOnDeletionStaysUntilThen() {
    apply("manual", "", "'updateStrategy':{'type':'OnDelete'},");
    awaitReady("manual", NODES);
    var before = uidByNode("manual");
    image("manual", "any/image:2");
    await("manual", set -> orZero(set.getStatus().getUpdatedNumberScheduled()) == 0);
    assertEquals(before, uidByNode("manual"));
    var pod = cluster.pods("manual").getFirst();
    cluster.delete(Resources.PODS, pod.getMetadata().getName(), "Background");
    await("manual", set -> orZero(set.getStatus().getUpdatedNumberScheduled()) == 1);
    cluster.delete(Resources.DAEMON_SETS, "manual", "Background");
  }

  @Test
  void conditionsOfOthersStayInTheStatus() {
    apply("told", "", "");
    awaitReady("told", NODES);
    cluster
        .client()
        .patch(
            Resources.DAEMON_SETS,
            SimulatedCluster.key("told"),
            Patch.merge(
                "status",
                "{\"status\":{\"conditions\":[{\"type\":\"Told\",\"status\":\"True\"}]}}"));
    image("told", "any/image:2");
    var told = awaitReady("told", NODES);
    assertEquals("Told", told.getStatus().getConditions().getFirst().getType());
    cluster.delete(Resources.DAEMON_SETS, "told", "Background");
  }
}
