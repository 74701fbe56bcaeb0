package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodGroupProtection;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Gangs that want one rack, on simulated nodes: where they go, why they wait, who stops for them.
 */
@SuppressWarnings("NullAway.Init") // set before the first test
class GangsIT {

  private static final String RACK = "example.com/rack";

  private static SimulatedCluster cluster;
  private static List<String> nodes;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(24143, "4:4xH100");
    nodes =
        cluster
            .client()
            .list(Resources.NODES, new Selection("", "nauarch.dev/simulated=true", ""))
            .items()
            .stream()
            .map(Node::getMetadata)
            .map(metadata -> metadata.getName())
            .sorted()
            .toList();
    for (var i = 0; i < nodes.size(); i++) {
      label(nodes.get(i), "r" + i / 2);
    }
    cluster
        .awaiting()
        .apply(
            Resources.PRIORITY_CLASSES,
            "urgent",
            "{\"apiVersion\":\"scheduling.k8s.io/v1\",\"kind\":\"PriorityClass\","
                + "\"metadata\":{\"name\":\"urgent\"},\"value\":100}");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static void label(String node, String rack) {
    cluster
        .client()
        .patch(
            Resources.NODES,
            new ObjectKey("", node),
            new Patch(
                Patch.Type.STRATEGIC,
                "",
                "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(RACK, rack),
                "",
                false));
  }

  private static void gang(String name, int size, String priority) {
    cluster
        .awaiting()
        .apply(
            Resources.POD_GROUPS,
            name,
            """
            {"apiVersion":"scheduling.k8s.io/v1beta1","kind":"PodGroup","metadata":{"name":"%s"},
             "spec":{%s"schedulingPolicy":{"gang":{"minCount":%d}},"disruptionMode":{"all":{}},
              "schedulingConstraints":{"topology":[{"key":"%s"}]}}}
            """
                .formatted(name, priority, size, RACK));
    for (var i = 0; i < size; i++) {
      cluster
          .awaiting()
          .apply(
              Resources.PODS,
              name + "-" + i,
              """
              {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s-%2$d","labels":{"app":"%1$s"}},
               "spec":{%3$s"schedulingGroup":{"podGroupName":"%1$s"},
                "terminationGracePeriodSeconds":0,
                "containers":[{"name":"c","image":"any/image:1",
                 "resources":{"limits":{"nvidia.com/gpu":"4"}}}]}}
              """
                  .formatted(name, i, priority));
    }
  }

  private static PodGroup await(String name, Predicate<PodGroup> condition) {
    return cluster
        .awaiting()
        .await(() -> cluster.awaiting().get(Resources.POD_GROUPS, name), condition);
  }

  private static Optional<Condition> scheduled(PodGroup group) {
    return group.getStatus() == null
        ? Optional.empty()
        : group.getStatus().getConditions().stream()
            .filter(each -> each.getType().equals("PodGroupInitiallyScheduled"))
            .findFirst();
  }

  private static boolean isScheduled(PodGroup group) {
    return scheduled(group).filter(each -> each.getStatus().equals("True")).isPresent();
  }

  private static List<String> racks(String app) {
    var racks = new TreeSet<String>();
    for (Pod pod : cluster.pods(app)) {
      var node = pod.getSpec().getNodeName();
      racks.add(node == null ? "none" : "r" + nodes.indexOf(node) / 2);
    }
    return List.copyOf(racks);
  }

  private static void awaitOneRack(String app) {
    Awaiting.until(
        app + " is in one rack", () -> racks(app).size() == 1 && !racks(app).contains("none"));
  }

  @Test
  void aGangGoesIntoOneRackWaitsForOneOrHasOneCleared() {
    gang("first", 2, "");
    await("first", GangsIT::isScheduled);
    gang("second", 2, "");
    await("second", GangsIT::isScheduled);
    awaitOneRack("first");
    awaitOneRack("second");

    gang("third", 2, "");
    var third = await("third", group -> scheduled(group).isPresent());
    var why = scheduled(third).orElseThrow();
    assertEquals("Unschedulable", why.getReason());
    assertTrue(
        why.getMessage().startsWith("0 of 2 pods of the gang fit in rack r0, the best of 2 racks"),
        why::getMessage);

    gang("urgent", 2, "\"priorityClassName\":\"urgent\",");
    await("urgent", GangsIT::isScheduled);
    awaitOneRack("urgent");
    var left = cluster.pods("first").size() + cluster.pods("second").size();
    assertEquals(2, left, "one gang has stopped, and has stopped whole");

    cluster.delete(Resources.POD_GROUPS, "urgent", "Background");
    cluster.delete(Resources.PODS, "urgent-0", "Background");
    Awaiting.until("one of its pods is gone", () -> cluster.pods("urgent").size() == 1);
    var ending = cluster.awaiting().get(Resources.POD_GROUPS, "urgent").orElseThrow();
    assertEquals(List.of(PodGroupProtection.FINALIZER), ending.getMetadata().getFinalizers());
    cluster.delete(Resources.PODS, "urgent-1", "Background");
    Awaiting.until(
        "its group goes with its last pod",
        () -> cluster.awaiting().get(Resources.POD_GROUPS, "urgent").isEmpty());
  }
}
