package dev.nauarch.reconcile.stateful;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.cluster.GarbageCollector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A world with one StatefulSet. */
final class StatefulWorld {

  static final ObjectKey KEY = new ObjectKey("default", "web");

  final World world = new World();
  private final StatefulSetReconciler controller = new StatefulSetReconciler();
  private final GarbageCollector<PersistentVolumeClaim> claims =
      new GarbageCollector<>(Resources.PERSISTENT_VOLUME_CLAIMS);

  StatefulWorld() {
    world.know(Resources.STATEFUL_SETS);
    world.know(Resources.PODS);
    world.know(Resources.PERSISTENT_VOLUME_CLAIMS);
    world.know(Resources.CONTROLLER_REVISIONS);
  }

  static StatefulSet web(int replicas) {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("web")
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withServiceName("peers")
        .withPodManagementPolicy("OrderedReady")
        .withRevisionHistoryLimit(10)
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withPartition(0)
        .endRollingUpdate()
        .endUpdateStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "web")
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

  static UnaryOperator<StatefulSet> image(String image) {
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

  static UnaryOperator<StatefulSet> replicas(int replicas) {
    return set -> set.edit().editSpec().withReplicas(replicas).endSpec().build();
  }

  static UnaryOperator<StatefulSet> start(int ordinal) {
    return set ->
        set.edit().editSpec().withNewOrdinals().withStart(ordinal).endOrdinals().endSpec().build();
  }

  static UnaryOperator<StatefulSet> partition(int partition) {
    return set ->
        set.edit()
            .editSpec()
            .editUpdateStrategy()
            .editRollingUpdate()
            .withPartition(partition)
            .endRollingUpdate()
            .endUpdateStrategy()
            .endSpec()
            .build();
  }

  static final UnaryOperator<StatefulSet> PARALLEL =
      set -> set.edit().editSpec().withPodManagementPolicy("Parallel").endSpec().build();

  static final UnaryOperator<StatefulSet> ON_DELETE =
      set ->
          set.edit()
              .editSpec()
              .withNewUpdateStrategy()
              .withType("OnDelete")
              .endUpdateStrategy()
              .endSpec()
              .build();

  /** Each place has a claim of its own. */
  static UnaryOperator<StatefulSet> claims(String whenDeleted, String whenScaled) {
    return set ->
        set.edit()
            .editSpec()
            .withVolumeClaimTemplates(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withName("data")
                    .endMetadata()
                    .withNewSpec()
                    .withAccessModes("ReadWriteOnce")
                    .endSpec()
                    .build())
            .withNewPersistentVolumeClaimRetentionPolicy()
            .withWhenDeleted(whenDeleted)
            .withWhenScaled(whenScaled)
            .endPersistentVolumeClaimRetentionPolicy()
            .endSpec()
            .build();
  }

  @SafeVarargs
  final void add(StatefulSet set, UnaryOperator<StatefulSet>... changes) {
    var changed = set;
    for (var change : changes) {
      changed = change.apply(changed);
    }
    world.add(Resources.STATEFUL_SETS, changed);
    settle();
  }

  @SafeVarargs
  final void change(UnaryOperator<StatefulSet>... changes) {
    for (var change : changes) {
      world.change(Resources.STATEFUL_SETS, "web", change);
    }
    settle();
  }

  void settle() {
    world.settle(controller, claims);
  }

  /** Every pod that is not gets ready. */
  void makeReady() {
    world.changePods("web-", this::readied);
    settle();
  }

  /** As long as pods come that are not ready, they get so. */
  void makeAllReady() {
    for (int round = 0;
        round < 50 && pods().stream().anyMatch(pod -> !Pods.isReady(pod));
        round++) {
      makeReady();
    }
  }

  private Pod readied(Pod pod) {
    return Pods.isReady(pod) || Pods.hasEnded(pod) ? pod : PodStates.ready(world.now()).apply(pod);
  }

  void change(String pod, UnaryOperator<Pod> change) {
    world.change(Resources.PODS, pod, change);
    settle();
  }

  StatefulSet web() {
    return world.get(Resources.STATEFUL_SETS, KEY).orElseThrow();
  }

  StatefulSetStatus status() {
    return web().getStatus();
  }

  List<Pod> pods() {
    return world.list(Resources.PODS);
  }

  Pod pod(String name) {
    return world.get(Resources.PODS, new ObjectKey("default", name)).orElseThrow();
  }

  List<String> podNames() {
    return pods().stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  /** What pods run, as {@code web-0 one, web-1 two}. */
  String images() {
    return String.join(
        ", ",
        pods().stream()
            .map(
                pod ->
                    pod.getMetadata().getName()
                        + " "
                        + pod.getSpec().getContainers().getFirst().getImage())
            .toList());
  }

  List<PersistentVolumeClaim> claims() {
    return world.list(Resources.PERSISTENT_VOLUME_CLAIMS);
  }

  List<String> claimNames() {
    return claims().stream().map(claim -> claim.getMetadata().getName()).toList();
  }

  Map<String, String> labels(String pod) {
    return pod(pod).getMetadata().getLabels();
  }

  void delete(String pod) {
    world.delete(Resources.PODS, new ObjectKey("default", pod), "");
    settle();
  }
}
