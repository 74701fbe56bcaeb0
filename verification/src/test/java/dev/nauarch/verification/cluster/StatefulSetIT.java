package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** StatefulSets on simulated nodes, by what Kubernetes' own suite looks at. */
@SuppressWarnings("NullAway.Init") // set before the first test
class StatefulSetIT {

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(23543, 5);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  /** A set whose pods are labelled with its name. */
  private static void apply(String name, int replicas, String spec) {
    cluster
        .awaiting()
        .apply(
            Resources.STATEFUL_SETS,
            name,
            """
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"%1$s","labels":{"app":"%1$s"}},
             "spec":{%3$s"replicas":%2$d,"serviceName":"peers","selector":{"matchLabels":{"app":"%1$s"}},
              "template":{"metadata":{"labels":{"app":"%1$s"}},"spec":{"terminationGracePeriodSeconds":0,
               "nodeSelector":{"nauarch.dev/simulated":"true"},
               "containers":[{"name":"c","image":"any/image:1"}]}}}}
            """
                .formatted(name, replicas, spec.replace('\'', '"')));
  }

  private static void scale(String name, int replicas) {
    cluster
        .client()
        .patch(
            Resources.STATEFUL_SETS,
            SimulatedCluster.key(name),
            Patch.merge("scale", "{\"spec\":{\"replicas\":" + replicas + "}}"));
  }

  private static void image(String name, String image) {
    cluster.patch(
        Resources.STATEFUL_SETS,
        name,
        "{'spec':{'template':{'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}}}");
  }

  private static void partition(String name, int partition) {
    cluster.patch(
        Resources.STATEFUL_SETS,
        name,
        "{'spec':{'updateStrategy':{'rollingUpdate':{'partition':" + partition + "}}}}");
  }

  private static StatefulSet await(String name, Predicate<StatefulSet> condition) {
    return cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.STATEFUL_SETS, name),
            set ->
                set.getStatus() != null
                    && set.getMetadata()
                        .getGeneration()
                        .equals(set.getStatus().getObservedGeneration())
                    && condition.test(set));
  }

  private static void awaitImages(String name, String... images) {
    Awaiting.until(
        name + " runs " + List.of(images),
        () ->
            cluster.pods(name).stream()
                    .map(pod -> pod.getSpec().getContainers().getFirst().getImage())
                    .toList()
                    .equals(List.of(images))
                && cluster.pods(name).stream().allMatch(SimulatedCluster::isReady));
  }

  private static String uid(String pod) {
    return cluster.pod(pod).getMetadata().getUid();
  }

  @Test
  void podsHaveNamesThatStayTheirsAndComeAndGoInOrder() {
    apply("web", 3, "");
    cluster.awaitReady("web", "web-0", "web-1", "web-2");
    var pods = cluster.pods("web");
    var versions =
        pods.stream()
            .map(Pod::getStatus)
            .map(status -> status.getConditions().getFirst().getLastTransitionTime())
            .toList();
    assertEquals(versions.stream().sorted().toList(), versions);
    assertEquals("web-2", pods.get(2).getSpec().getHostname());
    assertEquals("peers", pods.get(2).getSpec().getSubdomain());
    scale("web", 1);
    cluster.awaitReady("web", "web-0");
    var old = uid("web-0");
    cluster.evict("web-0");
    Awaiting.until(
        "web-0 comes back",
        () -> cluster.pods("web").stream().anyMatch(p -> !p.getMetadata().getUid().equals(old)));
    cluster.awaitReady("web", "web-0");
  }

  @Test
  void scalingHaltsWhileAPodIsNotReady() {
    apply("slow", 1, "");
    cluster.awaitReady("slow", "slow-0");
    cluster.report("slow-0", false);
    await("slow", set -> orZero(set.getStatus().getReadyReplicas()) == 0);
    scale("slow", 3);
    await("slow", set -> set.getStatus().getReplicas() == 1);
    assertEquals(1, cluster.pods("slow").size());
    cluster.report("slow-0", true);
    cluster.awaitReady("slow", "slow-0", "slow-1", "slow-2");
    cluster.report("slow-2", false);
    cluster.report("slow-1", false);
    await("slow", set -> orZero(set.getStatus().getReadyReplicas()) == 1);
    scale("slow", 0);
    await("slow", set -> set.getStatus().getReplicas() == 3);
    assertEquals(3, cluster.pods("slow").size());
    cluster.report("slow-1", true);
    await("slow", set -> set.getStatus().getReplicas() == 0);
  }

  private static int orZero(Integer value) {
    return value == null ? 0 : value;
  }

  @Test
  void burstScalingGoesOnWithPodsThatAreNotReady() {
    apply("burst", 2, "'podManagementPolicy':'Parallel',");
    cluster.awaitReady("burst", "burst-0", "burst-1");
    cluster.report("burst-0", false);
    scale("burst", 4);
    await("burst", set -> orZero(set.getStatus().getReadyReplicas()) == 3);
    scale("burst", 0);
    await("burst", set -> set.getStatus().getReplicas() == 0);
  }

  @Test
  void updatesRollFromTheHighestPlaceAndBack() {
    apply("roll", 3, "");
    cluster.awaitReady("roll", "roll-0", "roll-1", "roll-2");
    var first = await("roll", set -> true).getStatus().getCurrentRevision();
    image("roll", "any/image:2");
    awaitImages("roll", "any/image:2", "any/image:2", "any/image:2");
    var second =
        await(
            "roll",
            set ->
                set.getStatus().getCurrentRevision().equals(set.getStatus().getUpdateRevision()));
    assertNotEquals(first, second.getStatus().getCurrentRevision());
    image("roll", "any/image:1");
    awaitImages("roll", "any/image:1", "any/image:1", "any/image:1");
    await("roll", set -> set.getStatus().getCurrentRevision().equals(first));
    var revisions =
        cluster
            .client()
            .list(Resources.CONTROLLER_REVISIONS, new Selection("default", "app=roll", ""))
            .items();
    assertEquals(
        List.of(2L, 3L), revisions.stream().map(each -> each.getRevision()).sorted().toList());
  }

  @Test
  void canaryAndPhasedUpdatesGoByThePartition() {
    apply(
        "canary", 3, "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':3}},");
    cluster.awaitReady("canary", "canary-0", "canary-1", "canary-2");
    var first = await("canary", set -> true).getStatus().getCurrentRevision();
    image("canary", "any/image:2");
    await("canary", set -> !set.getStatus().getUpdateRevision().equals(first));
    awaitImages("canary", "any/image:1", "any/image:1", "any/image:1");
    partition("canary", 2);
    awaitImages("canary", "any/image:1", "any/image:1", "any/image:2");
    for (var pod : List.of("canary-0", "canary-2")) {
      var old = uid(pod);
      cluster.fail(pod);
      Awaiting.until(
          pod + " comes back",
          () ->
              cluster.pods("canary").stream()
                  .filter(each -> each.getMetadata().getName().equals(pod))
                  .anyMatch(each -> !each.getMetadata().getUid().equals(old)));
    }
    awaitImages("canary", "any/image:1", "any/image:1", "any/image:2");
    partition("canary", 0);
    awaitImages("canary", "any/image:2", "any/image:2", "any/image:2");
    await(
        "canary",
        set -> set.getStatus().getCurrentRevision().equals(set.getStatus().getUpdateRevision()));
  }

  @Test
  void orphansAreTakenInWithoutARestart() {
    apply("keep", 2, "");
    cluster.awaitReady("keep", "keep-0", "keep-1");
    var uids = List.of(uid("keep-0"), uid("keep-1"));
    var first = await("keep", set -> true).getMetadata().getUid();
    cluster.delete(Resources.STATEFUL_SETS, "keep", "Orphan");
    Awaiting.until(
        "the set is gone", () -> cluster.awaiting().get(Resources.STATEFUL_SETS, "keep").isEmpty());
    apply("keep", 2, "");
    var second = await("keep", set -> orZero(set.getStatus().getReadyReplicas()) == 2);
    assertNotEquals(first, second.getMetadata().getUid());
    assertEquals(uids, List.of(uid("keep-0"), uid("keep-1")));
  }

  @Test
  void claimsGoWhenThePolicySaysSo() {
    apply(
        "disk",
        2,
        "'persistentVolumeClaimRetentionPolicy':{'whenScaled':'Delete','whenDeleted':'Retain'},"
            + "'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'accessModes':"
            + "['ReadWriteOnce'],'resources':{'requests':{'storage':'1Mi'}}}}],");
    cluster.awaitReady("disk", "disk-0", "disk-1");
    assertEquals(List.of("data-disk-0", "data-disk-1"), claims("disk"));
    scale("disk", 1);
    Awaiting.until("one claim is left", () -> claims("disk").equals(List.of("data-disk-0")));
    cluster.patch(
        Resources.STATEFUL_SETS,
        "disk",
        "{'spec':{'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Delete'}}}");
    Awaiting.until(
        "the set owns the claim",
        () ->
            claimsOf("disk").stream()
                .allMatch(each -> each.getMetadata().getOwnerReferences().size() == 1));
    cluster.delete(Resources.STATEFUL_SETS, "disk", "Background");
    Awaiting.until("no claim is left", () -> claims("disk").isEmpty());
  }

  private static List<PersistentVolumeClaim> claimsOf(String name) {
    var selection = new Selection("default", "app=" + name, "");
    return cluster.client().list(Resources.PERSISTENT_VOLUME_CLAIMS, selection).items();
  }

  private static List<String> claims(String name) {
    return claimsOf(name).stream().map(each -> each.getMetadata().getName()).toList();
  }

  @Test
  void collectionsAreListedPatchedAndDeleted() throws Exception {
    apply("many", 1, "'ordinals':{'start':4},");
    cluster.awaitReady("many", "many-4");
    cluster.patch(Resources.STATEFUL_SETS, "many", "{'metadata':{'labels':{'patched':'yes'}}}");
    var patched = new Selection("default", "patched=yes", "");
    assertEquals(1, cluster.client().list(Resources.STATEFUL_SETS, patched).items().size());
    cluster.deleteAll(Resources.STATEFUL_SETS, "patched=yes");
    Awaiting.until("its pods are gone", () -> cluster.pods("many").isEmpty());
    assertEquals(0, cluster.client().list(Resources.STATEFUL_SETS, patched).items().size());
  }

  @Test
  void conditionsOfOthersStayInTheStatus() {
    apply("told", 1, "");
    cluster.awaitReady("told", "told-0");
    cluster
        .client()
        .patch(
            Resources.STATEFUL_SETS,
            SimulatedCluster.key("told"),
            Patch.merge(
                "status",
                "{\"status\":{\"conditions\":[{\"type\":\"Told\",\"status\":\"True\"}]}}"));
    scale("told", 2);
    var told = await("told", set -> orZero(set.getStatus().getReadyReplicas()) == 2);
    assertEquals("Told", told.getStatus().getConditions().getFirst().getType());
  }
}
