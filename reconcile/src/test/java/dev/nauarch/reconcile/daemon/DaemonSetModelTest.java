package dev.nauarch.reconcile.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Chaos;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of a set: what its controller must never do, and where it must arrive. */
final class DaemonSetModelTest {

  private static final int SEEDS = 15;
  private static final int STEPS = 300;
  private static final int NODES = 4;

  private final DaemonWorld agents = new DaemonWorld();
  private final World world = agents.world;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itNeverDoesWhatItMustNotAndArrives(boolean surges) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new DaemonSetModelTest().play(surges, seed + (surges ? 1000L : 0));
    }
  }

  private void play(boolean surges, long seed) {
    agents.nodes(NODES);
    var strategy =
        surges
            ? DaemonWorld.rolling(new IntOrString(0), new IntOrString("50%"))
            : DaemonWorld.rolling(new IntOrString(1), new IntOrString(0));
    world.add(Resources.DAEMON_SETS, strategy.apply(DaemonWorld.agent()));
    var chaos = new Chaos(world, seed, new DaemonSetReconciler());
    chaos
        .user(() -> change(DaemonWorld.image("image-" + chaos.below(3))))
        .user(() -> label(chaos, "blue"))
        .user(() -> label(chaos, "green"))
        .user(() -> change(DaemonWorld.onlyOn("color", "blue")))
        .user(() -> change(DaemonSetModelTest::anywhere))
        .user(() -> taint(chaos))
        .user(() -> deleteSomePod(chaos))
        .user(() -> DaemonWorld.bind(world))
        .rule((commands, seen) -> nodesHaveOnePodEach(commands, seen, surges))
        .rule((commands, seen) -> fewAreDown(commands, seen, surges))
        .invariant(() -> assertEquals(Set.of(), world.usedAgain()))
        .whileResting(() -> DaemonWorld.bind(world))
        .run(STEPS);
    hasArrived();
  }

  private void change(UnaryOperator<DaemonSet> change) {
    world.change(Resources.DAEMON_SETS, "agent", change);
  }

  private static DaemonSet anywhere(DaemonSet set) {
    return set.edit()
        .editSpec()
        .editTemplate()
        .editSpec()
        .withNodeSelector(null)
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private void changeNode(Chaos chaos, UnaryOperator<Node> change) {
    world.change(Resources.NODES, "node-" + chaos.below(NODES), change);
  }

  private void label(Chaos chaos, String color) {
    changeNode(
        chaos,
        node -> node.edit().editMetadata().addToLabels("color", color).endMetadata().build());
  }

  private void taint(Chaos chaos) {
    changeNode(
        chaos,
        node ->
            node.getSpec().getTaints().isEmpty()
                ? DaemonWorld.taint("t", chaos.below(2) == 0 ? "NoSchedule" : "NoExecute")
                    .apply(node)
                : node.edit().editSpec().withTaints().endSpec().build());
  }

  private void deleteSomePod(Chaos chaos) {
    var pods = world.list(Resources.PODS);
    if (!pods.isEmpty()) {
      world.delete(Resources.PODS, ObjectKey.of(pods.get(chaos.below(pods.size()))), "");
    }
  }

  private static List<Pod> on(String node, Snapshot seen) {
    return seen.list(Resources.PODS).stream()
        .filter(pod -> DaemonPods.node(pod).orElseThrow().equals(node))
        .toList();
  }

  /** A pod is made only for a node that is to have it, and that has no other, surge apart. */
  private static void nodesHaveOnePodEach(List<Command> commands, Snapshot seen, boolean surges) {
    var set = seen.get(Resources.DAEMON_SETS, DaemonWorld.KEY).orElseThrow();
    for (var command : commands) {
      if (command instanceof Command.Create<?>(var resource, var object)
          && object instanceof Pod pod) {
        var name = DaemonPods.node(pod).orElseThrow();
        var node = seen.get(Resources.NODES, new ObjectKey("", name)).orElseThrow();
        assertTrue(Placement.of(set).isFor(node), "a pod where none is wanted");
        var there =
            on(name, seen).stream()
                .filter(each -> !Pods.hasEnded(each))
                .filter(each -> !surges || !Pods.isTerminating(each))
                .count();
        assertTrue(there <= (surges ? 1 : 0), "a pod too many");
      }
    }
  }

  /** Pods that serve and are wanted where they are go for an update, within its bounds. */
  private void fewAreDown(List<Command> commands, Snapshot seen, boolean surges) {
    var set = seen.get(Resources.DAEMON_SETS, DaemonWorld.KEY).orElseThrow();
    int taken = 0;
    for (var command : commands) {
      if (command instanceof Command.Delete<?> delete && delete.resource().equals(Resources.PODS)) {
        var pod = seen.get(Resources.PODS, delete.key()).orElseThrow();
        var name = DaemonPods.node(pod).orElseThrow();
        var isDesired = isDesired(set, name, seen);
        var others =
            on(name, seen).stream()
                .filter(
                    each -> !each.equals(pod) && Pods.isReady(each) && !Pods.isTerminating(each))
                .count();
        if (isDesired && Pods.isReady(pod) && others == 0) {
          taken++;
          assertTrue(!isOfTemplate(pod, set), "a pod that is as wanted goes");
        }
      }
    }
    var served =
        seen.list(Resources.NODES).stream()
            .map(node -> node.getMetadata().getName())
            .filter(name -> isDesired(set, name, seen))
            .filter(
                name ->
                    on(name, seen).stream()
                        .anyMatch(pod -> Pods.isReady(pod) && !Pods.isTerminating(pod)))
            .count();
    var desired =
        seen.list(Resources.NODES).stream().filter(node -> Placement.of(set).isFor(node)).count();
    assertTrue(taken == 0 || (!surges && desired - served + taken <= 1), "too many down: " + taken);
  }

  private static boolean isOfTemplate(Pod pod, DaemonSet set) {
    var wanted = set.getSpec().getTemplate().getSpec();
    var image = wanted.getContainers().getFirst().getImage();
    return pod.getSpec().getContainers().getFirst().getImage().equals(image)
        && Objects.equals(pod.getSpec().getNodeSelector(), wanted.getNodeSelector());
  }

  private static boolean isDesired(DaemonSet set, String node, Snapshot seen) {
    return seen.get(Resources.NODES, new ObjectKey("", node))
        .filter(Placement.of(set)::isFor)
        .isPresent();
  }

  private void hasArrived() {
    var set = world.get(Resources.DAEMON_SETS, DaemonWorld.KEY).orElseThrow();
    int desired = 0;
    int misscheduled = 0;
    for (var node : world.list(Resources.NODES)) {
      var pods = on(node.getMetadata().getName(), world);
      if (Placement.of(set).isFor(node)) {
        desired++;
        assertEquals(1, pods.size(), "pods on " + node.getMetadata().getName());
        assertTrue(isOfTemplate(pods.getFirst(), set), "a pod of another template");
      } else if (!pods.isEmpty()) {
        assertTrue(Placement.of(set).mayStayOn(node), "a pod that may not stay");
        misscheduled++;
      }
    }
    var status = set.getStatus();
    assertEquals(set.getMetadata().getGeneration(), status.getObservedGeneration());
    assertEquals(desired, status.getDesiredNumberScheduled());
    assertEquals(desired, status.getCurrentNumberScheduled());
    assertEquals(desired, status.getNumberReady());
    assertEquals(desired, Numbers.orZero(status.getNumberAvailable()));
    assertEquals(desired, Numbers.orZero(status.getUpdatedNumberScheduled()));
    assertEquals(misscheduled, status.getNumberMisscheduled());
  }
}
