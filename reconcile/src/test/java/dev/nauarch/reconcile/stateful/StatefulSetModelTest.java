package dev.nauarch.reconcile.stateful;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Chaos;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.cluster.GarbageCollector;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of a set: what its controller must never do, and where it must arrive. */
final class StatefulSetModelTest {

  private static final int SEEDS = 15;
  private static final int STEPS = 300;

  private final World world = new World();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void itNeverDoesWhatItMustNotAndArrives(int kind) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new StatefulSetModelTest().play(kind % 2 == 1, kind / 2 == 1, 1000L * kind + seed);
    }
  }

  private void play(boolean isParallel, boolean hasClaims, long seed) {
    for (var kind :
        List.of(
            Resources.STATEFUL_SETS,
            Resources.PODS,
            Resources.PERSISTENT_VOLUME_CLAIMS,
            Resources.CONTROLLER_REVISIONS)) {
      world.know(kind);
    }
    var set = StatefulWorld.web(3);
    set = isParallel ? StatefulWorld.PARALLEL.apply(set) : set;
    set = hasClaims ? StatefulWorld.claims("Delete", "Delete").apply(set) : set;
    world.add(
        Resources.STATEFUL_SETS,
        set.edit().editSpec().withMinReadySeconds(seed % 3 == 0 ? 5 : 0).endSpec().build());
    var chaos =
        new Chaos(
            world,
            seed,
            new StatefulSetReconciler(),
            new GarbageCollector<>(Resources.PERSISTENT_VOLUME_CLAIMS));
    chaos
        .user(() -> change(StatefulWorld.replicas(chaos.below(5))))
        .user(() -> change(StatefulWorld.image("image-" + chaos.below(4))))
        .user(() -> change(StatefulWorld.start(chaos.below(2))))
        .user(() -> change(StatefulWorld.partition(chaos.below(4))))
        .user(() -> change(maxUnavailable(1 + chaos.below(2))))
        .user(() -> deleteSomePod(chaos))
        .rule(StatefulSetModelTest::podsComeInOrder)
        .rule(this::podsGoForAReason)
        .invariant(this::podsHaveTheirPlace)
        .run(STEPS);
    hasArrived(hasClaims);
  }

  private void change(UnaryOperator<StatefulSet> change) {
    world.change(Resources.STATEFUL_SETS, "web", change);
  }

  private static UnaryOperator<StatefulSet> maxUnavailable(int pods) {
    return set ->
        set.edit()
            .editSpec()
            .editUpdateStrategy()
            .editRollingUpdate()
            .withMaxUnavailable(new IntOrString(pods))
            .endRollingUpdate()
            .endUpdateStrategy()
            .endSpec()
            .build();
  }

  private void deleteSomePod(Chaos chaos) {
    var pods = world.list(Resources.PODS);
    if (!pods.isEmpty()) {
      var pod = pods.get(chaos.below(pods.size()));
      world.delete(Resources.PODS, new ObjectKey("default", pod.getMetadata().getName()), "");
    }
  }

  private static StatefulSet seenSet(Snapshot seen) {
    return seen.get(Resources.STATEFUL_SETS, StatefulWorld.KEY).orElseThrow();
  }

  private static int ordinal(StatefulSet set, String pod) {
    return Ordinals.of(set, pod).orElseThrow();
  }

  private static boolean isOrdered(StatefulSet set) {
    return set.getSpec().getPodManagementPolicy().equals("OrderedReady");
  }

  private static boolean serves(Pod pod, StatefulSet set, Instant now) {
    var minReady = Duration.ofSeconds(Numbers.orZero(set.getSpec().getMinReadySeconds()));
    return !Pods.isTerminating(pod) && Pods.isAvailable(pod, minReady, now);
  }

  /** In order, a place's pod is made only when those of all places before it serve. */
  private static void podsComeInOrder(List<Command> commands, Snapshot seen) {
    for (var command : commands) {
      if (command instanceof Command.Create<?>(var resource, var object) && object instanceof Pod) {
        comesInOrder(seenSet(seen), object.getMetadata().getName(), seen);
      }
    }
  }

  private static void comesInOrder(StatefulSet set, String pod, Snapshot seen) {
    var at = ordinal(set, pod);
    assertTrue(Ordinals.of(set).contains(at), "a pod of no place");
    for (int before = Ordinals.of(set).start(); isOrdered(set) && before < at; before++) {
      var name = Ordinals.podName(set, before);
      var ready =
          seen.get(Resources.PODS, new ObjectKey("default", name))
              .filter(each -> !Pods.isTerminating(each) && Pods.isReady(each));
      assertTrue(ready.isPresent(), () -> "made before " + name + " was ready");
    }
  }

  /** Pods go that have ended, that have no place, or for an update within its bounds. */
  private void podsGoForAReason(List<Command> commands, Snapshot seen) {
    int taken = 0;
    for (var command : commands) {
      if (command instanceof Command.Delete<?> delete
          && delete.resource().equals(Resources.PODS)
          && goesForUpdate(seenSet(seen), delete.key(), seen)) {
        taken++;
      }
    }
    if (taken > 0) {
      var set = seenSet(seen);
      var served =
          seen.list(Resources.PODS).stream()
              .filter(pod -> Ordinals.of(set).contains(ordinal(set, pod.getMetadata().getName())))
              .filter(pod -> serves(pod, set, world.now()))
              .count();
      var rolling = set.getSpec().getUpdateStrategy().getRollingUpdate();
      var max = rolling.getMaxUnavailable() == null ? 1 : rolling.getMaxUnavailable().getIntVal();
      assertTrue(Ordinals.of(set).count() - served + taken <= max, "more down than maxUnavailable");
    }
  }

  /** Whether a pod that serves at its place is deleted; it is of another template then. */
  private boolean goesForUpdate(StatefulSet set, ObjectKey key, Snapshot seen) {
    var pod = seen.get(Resources.PODS, key).orElseThrow();
    var ordinals = Ordinals.of(set);
    var at = ordinal(set, key.name());
    if (Pods.hasEnded(pod) || !ordinals.contains(at)) {
      return false;
    }
    var partition = set.getSpec().getUpdateStrategy().getRollingUpdate().getPartition();
    assertTrue(at >= ordinals.start() + partition, "updated below the partition");
    var image = set.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    assertTrue(
        !pod.getSpec().getContainers().getFirst().getImage().equals(image),
        "a pod that is as wanted goes");
    return serves(pod, set, world.now());
  }

  private void podsHaveTheirPlace() {
    for (var pod : world.list(Resources.PODS)) {
      var set = world.get(Resources.STATEFUL_SETS, StatefulWorld.KEY).orElseThrow();
      assertTrue(Owners.isControlledBy(pod, set), "nobody's pod");
      for (var volume : pod.getSpec().getVolumes()) {
        assertEquals(
            "data-" + pod.getMetadata().getName(),
            volume.getPersistentVolumeClaim().getClaimName());
      }
    }
  }

  private void hasArrived(boolean hasClaims) {
    var set = world.get(Resources.STATEFUL_SETS, StatefulWorld.KEY).orElseThrow();
    var ordinals = Ordinals.of(set);
    var pods = world.list(Resources.PODS);
    var status = set.getStatus();
    assertEquals(ordinals.count(), pods.size(), "pods");
    assertEquals(set.getMetadata().getGeneration(), status.getObservedGeneration());
    assertEquals(ordinals.count(), status.getReplicas());
    assertEquals(ordinals.count(), Numbers.orZero(status.getReadyReplicas()));
    assertEquals(ordinals.count(), Numbers.orZero(status.getAvailableReplicas()));
    var partition = set.getSpec().getUpdateStrategy().getRollingUpdate().getPartition();
    var image = set.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    for (var pod : pods) {
      var at = ordinal(set, pod.getMetadata().getName());
      assertTrue(ordinals.contains(at), "a pod of no place");
      assertTrue(serves(pod, set, world.now()), "a pod that does not serve");
      if (at >= ordinals.start() + partition) {
        assertEquals(image, pod.getSpec().getContainers().getFirst().getImage());
      }
    }
    if (partition == 0) {
      assertEquals(status.getUpdateRevision(), status.getCurrentRevision());
    }
    for (int at = ordinals.start(); hasClaims && at < ordinals.end(); at++) {
      var claim =
          world.get(
              Resources.PERSISTENT_VOLUME_CLAIMS,
              new ObjectKey("default", "data-" + Ordinals.podName(set, at)));
      assertTrue(Owners.isControlledBy(claim.orElseThrow(), set), "a claim that may be lost");
    }
  }
}
