package dev.nauarch.reconcile.workload;

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
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random histories of a Deployment and its sets: what must never be done, and where they arrive.
 */
final class DeploymentModelTest {

  private static final int SEEDS = 15;
  private static final int STEPS = 300;
  private static final ObjectKey KEY = new ObjectKey("default", "web");

  private final World world = new World();

  private static Deployment web(int surge, int unavailable) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("web")
        .endMetadata()
        .withNewSpec()
        .withReplicas(4)
        .withProgressDeadlineSeconds(600)
        .withRevisionHistoryLimit(2)
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString(surge))
        .withMaxUnavailable(new IntOrString(unavailable))
        .endRollingUpdate()
        .endStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("image-0")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  @ParameterizedTest
  @CsvSource({"1,0", "0,1", "2,1"})
  void itNeverDoesWhatItMustNotAndArrives(int surge, int unavailable) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new DeploymentModelTest().play(web(surge, unavailable), 100L * surge + seed);
    }
  }

  private void play(Deployment web, long seed) {
    world.know(Resources.DEPLOYMENTS);
    world.know(Resources.REPLICA_SETS);
    world.know(Resources.PODS);
    world.add(Resources.DEPLOYMENTS, web);
    var chaos =
        new Chaos(world, seed, new DeploymentReconciler(), ReplicaSetReconciler.ofReplicaSets());
    chaos
        .user(() -> change(image("image-" + chaos.below(3))))
        .user(() -> change(replicas(chaos.below(6))))
        .user(() -> deleteSomePod(chaos))
        .rule(DeploymentModelTest::setsStayWithinBounds)
        .rule(DeploymentModelTest::enoughPodsServe)
        .rule(DeploymentModelTest::setsKeepTheirSize)
        .invariant(this::podsBelongToSets)
        .invariant(() -> assertEquals(Set.of(), world.usedAgain()))
        .run(STEPS);
    hasArrived();
  }

  private void change(UnaryOperator<Deployment> change) {
    world.change(Resources.DEPLOYMENTS, "web", change);
  }

  private static UnaryOperator<Deployment> image(String image) {
    return web ->
        web.edit()
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

  private static UnaryOperator<Deployment> replicas(int replicas) {
    return web -> web.edit().editSpec().withReplicas(replicas).endSpec().build();
  }

  private void deleteSomePod(Chaos chaos) {
    var pods = world.list(Resources.PODS);
    if (!pods.isEmpty()) {
      world.delete(Resources.PODS, ObjectKey.of(pods.get(chaos.below(pods.size()))), "");
    }
  }

  private static Rollout seen(Snapshot seen) {
    return Rollout.of(
        seen.get(Resources.DEPLOYMENTS, KEY).orElseThrow(), seen.list(Resources.REPLICA_SETS));
  }

  /** The size of a set once a plan is carried out. */
  private static int sizeAfter(ReplicaSet set, List<Command> commands) {
    int size = Counts.replicas(set);
    for (var command : commands) {
      if (command instanceof Command.Update<?>(var resource, var object)
          && object instanceof ReplicaSet after
          && after.getMetadata().getName().equals(set.getMetadata().getName())) {
        size = Counts.replicas(after);
      }
    }
    return size;
  }

  /** Together, sets grow to no more than maxSurge allows. */
  private static void setsStayWithinBounds(List<Command> commands, Snapshot seen) {
    var rollout = seen(seen);
    int before = rollout.all().stream().mapToInt(Counts::replicas).sum();
    int after = rollout.all().stream().mapToInt(set -> sizeAfter(set, commands)).sum();
    for (var command : commands) {
      if (command instanceof Command.Create<?>(var resource, var object)
          && object instanceof ReplicaSet made) {
        after += Counts.replicas(made);
      }
    }
    assertTrue(
        after <= Math.max(before, rollout.wanted() + rollout.maxSurge()),
        "more pods than maxSurge allows");
  }

  /** A rollout takes no pod that serves where too few would be left. */
  private static void enoughPodsServe(List<Command> commands, Snapshot seen) {
    var rollout = seen(seen);
    if (rollout.all().stream().anyMatch(set -> Revisions.isOfOtherSize(set, rollout))) {
      return; // scaled by its user
    }
    int serving = rollout.all().stream().mapToInt(set -> served(set, Counts.replicas(set))).sum();
    int left = rollout.all().stream().mapToInt(set -> served(set, sizeAfter(set, commands))).sum();
    int spare = serving - (rollout.wanted() - rollout.maxUnavailable());
    assertTrue(serving - left <= Math.max(0, spare), "fewer pods serve than maxUnavailable allows");
  }

  /** How many pods of a set serve once it has this size, if those go first that don't. */
  private static int served(ReplicaSet set, int size) {
    return Math.min(Counts.available(set), size);
  }

  /** A set makes and deletes as many pods as it lacks or has too many. */
  private static void setsKeepTheirSize(List<Command> commands, Snapshot seen) {
    for (var set : seen.list(Resources.REPLICA_SETS)) {
      int active =
          (int)
              seen.ownedBy(Resources.PODS, set.getMetadata().getUid()).stream()
                  .filter(Pods::isActive)
                  .count();
      int made = 0;
      int deleted = 0;
      for (var command : commands) {
        if (command instanceof Command.Create<?>(var resource, var object)
            && object instanceof Pod pod
            && Owners.isControlledBy(pod, set)) {
          made++;
        } else if (command instanceof Command.Delete<?> delete
            && delete.resource().equals(Resources.PODS)
            && seen.get(Resources.PODS, delete.key())
                .filter(pod -> Owners.isControlledBy(pod, set))
                .isPresent()) {
          deleted++;
        }
      }
      assertTrue(made <= Math.max(0, Counts.replicas(set) - active), "too many pods are made");
      assertTrue(deleted <= Math.max(0, active - Counts.replicas(set)), "too many pods go");
    }
  }

  private void podsBelongToSets() {
    for (var pod : world.list(Resources.PODS)) {
      assertTrue(Owners.controllerOf(pod).isPresent(), "nobody's pod");
    }
  }

  private void hasArrived() {
    var web = world.get(Resources.DEPLOYMENTS, KEY).orElseThrow();
    int wanted = Counts.replicas(web);
    var image = web.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    var pods = world.list(Resources.PODS).stream().filter(Pods::isActive).toList();
    assertEquals(wanted, pods.size());
    for (var pod : pods) {
      assertEquals(image, pod.getSpec().getContainers().getFirst().getImage());
      assertTrue(Pods.isReady(pod));
    }
    var status = web.getStatus();
    assertEquals(web.getMetadata().getGeneration(), status.getObservedGeneration());
    assertEquals(wanted, Numbers.orZero(status.getReplicas()));
    assertEquals(wanted, Numbers.orZero(status.getUpdatedReplicas()));
    assertEquals(wanted, Numbers.orZero(status.getAvailableReplicas()));
    assertTrue(world.list(Resources.REPLICA_SETS).size() <= 3, "more sets than are to be kept");
  }
}
