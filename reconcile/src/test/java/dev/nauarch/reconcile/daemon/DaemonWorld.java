package dev.nauarch.reconcile.daemon;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A world with nodes and one DaemonSet, whose pods are bound as soon as they are there. */
final class DaemonWorld {

  static final ObjectKey KEY = new ObjectKey("default", "agent");

  final World world = new World();
  private final DaemonSetReconciler controller = new DaemonSetReconciler();

  DaemonWorld() {
    world.know(Resources.DAEMON_SETS);
    world.know(Resources.PODS);
    world.know(Resources.NODES);
    world.know(Resources.CONTROLLER_REVISIONS);
  }

  static DaemonSet agent() {
    return new DaemonSetBuilder()
        .withNewMetadata()
        .withName("agent")
        .endMetadata()
        .withNewSpec()
        .withRevisionHistoryLimit(10)
        .withNewSelector()
        .addToMatchLabels("app", "agent")
        .endSelector()
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxUnavailable(new IntOrString(1))
        .withMaxSurge(new IntOrString(0))
        .endRollingUpdate()
        .endUpdateStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "agent")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("one")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  static UnaryOperator<DaemonSet> image(String image) {
    return set ->
        set.edit()
            .editSpec()
            .editTemplate()
            .editSpec()
            .editFirstContainer()
            .withImage(image)
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
  }

  static UnaryOperator<DaemonSet> onlyOn(String label, String value) {
    return set ->
        set.edit()
            .editSpec()
            .editTemplate()
            .editSpec()
            .withNodeSelector(Map.of(label, value))
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
  }

  static UnaryOperator<DaemonSet> rolling(IntOrString unavailable, IntOrString surge) {
    return set ->
        set.edit()
            .editSpec()
            .editUpdateStrategy()
            .editRollingUpdate()
            .withMaxUnavailable(unavailable)
            .withMaxSurge(surge)
            .endRollingUpdate()
            .endUpdateStrategy()
            .endSpec()
            .build();
  }

  static final UnaryOperator<DaemonSet> ON_DELETE =
      set ->
          set.edit()
              .editSpec()
              .withNewUpdateStrategy()
              .withType("OnDelete")
              .endUpdateStrategy()
              .endSpec()
              .build();

  void node(String name) {
    world.add(
        Resources.NODES,
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("kind", "plain")
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
  }

  void nodes(int count) {
    for (int i = 0; i < count; i++) {
      node("node-" + i);
    }
  }

  void changeNode(String name, UnaryOperator<Node> change) {
    world.change(Resources.NODES, name, change);
    settle();
  }

  static UnaryOperator<Node> taint(String key, String effect) {
    return node ->
        node.edit()
            .editSpec()
            .addNewTaint()
            .withKey(key)
            .withEffect(effect)
            .endTaint()
            .endSpec()
            .build();
  }

  @SafeVarargs
  final void add(DaemonSet set, UnaryOperator<DaemonSet>... changes) {
    var changed = set;
    for (var change : changes) {
      changed = change.apply(changed);
    }
    world.add(Resources.DAEMON_SETS, changed);
    settle();
  }

  @SafeVarargs
  final void change(UnaryOperator<DaemonSet>... changes) {
    for (var change : changes) {
      world.change(Resources.DAEMON_SETS, "agent", change);
    }
    settle();
  }

  void settle() {
    world.settle(controller);
    bind(world);
  }

  /** Does what the scheduler does. */
  static void bind(World world) {
    for (var pod : world.list(Resources.PODS)) {
      var node = DaemonPods.node(pod).orElseThrow();
      if (!Pods.isBound(pod) && world.get(Resources.NODES, new ObjectKey("", node)).isPresent()) {
        world.changeAt(
            Resources.PODS,
            ObjectKey.of(pod),
            each -> each.edit().editSpec().withNodeName(node).endSpec().build());
      }
    }
  }

  /** Every pod that is not gets ready. */
  void makeReady() {
    world.changePods(
        "agent-",
        pod ->
            Pods.isReady(pod) || Pods.hasEnded(pod)
                ? pod
                : PodStates.ready(world.now()).apply(pod));
    settle();
  }

  /** The same until no pod comes that is not. */
  void makeAllReady() {
    for (int round = 0; round < 50 && pods().stream().anyMatch(p -> !Pods.isReady(p)); round++) {
      makeReady();
    }
  }

  DaemonSetStatus status() {
    return world.get(Resources.DAEMON_SETS, KEY).orElseThrow().getStatus();
  }

  List<Pod> pods() {
    return world.list(Resources.PODS);
  }

  /** The pod of a node that has one. */
  Pod pod(String node) {
    return pods().stream()
        .filter(pod -> DaemonPods.node(pod).orElseThrow().equals(node))
        .findFirst()
        .orElseThrow();
  }

  /** Changes the pod of a node. */
  void changePod(String node, UnaryOperator<Pod> change) {
    world.changeAt(Resources.PODS, ObjectKey.of(pod(node)), change);
    settle();
  }

  /** What runs where, as {@code node-0 one, node-1 two}. */
  String images() {
    return String.join(
        ", ",
        pods().stream()
            .map(
                pod ->
                    DaemonPods.node(pod).orElseThrow()
                        + " "
                        + pod.getSpec().getContainers().getFirst().getImage())
            .sorted()
            .toList());
  }
}
