package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** What model tests of gangs have in common: how changes follow each other, and who may wait. */
final class GangHistory {

  private static final int STEPS = 40;
  private static final int RESTS = 6;

  private GangHistory() {}

  /**
   * Changes that come while others are under way, with crashes between them; then nothing changes
   * any more, and who stops is gone, until all is at rest.
   *
   * @param check runs after each step
   */
  static void disturbed(
      SplittableRandom random, GangCluster cluster, Runnable change, Runnable check) {
    for (var step = 0; step < STEPS; step++) {
      change.run();
      if (random.nextInt(15) == 0) {
        cluster.restart();
      }
      cluster.advance(Duration.ofMillis(random.nextInt(5_000)));
      check.run();
    }
    for (var i = 0; i < RESTS; i++) {
      cluster.settleAll(Duration.ofSeconds(30));
      for (var pod : List.copyOf(cluster.pods.values())) {
        if (pod.stage() == PodState.Stage.ENDING) {
          cluster.delete(pod.key());
        }
      }
      check.run();
    }
  }

  /** Changes each of which has been dealt with before the next, with crashes between them. */
  static void calm(SplittableRandom random, GangCluster cluster, Runnable change, Runnable check) {
    for (var step = 0; step < STEPS; step++) {
      change.run();
      if (random.nextInt(20) == 0) {
        cluster.restart();
      }
      cluster.advance(Duration.ofSeconds(25));
      check.run();
    }
  }

  /** Most of those who were asked to stop do so. */
  static void stopSome(SplittableRandom random, GangCluster cluster) {
    for (var pod : List.copyOf(cluster.pods.values())) {
      if (pod.stage() == PodState.Stage.ENDING && random.nextInt(3) > 0) {
        cluster.delete(pod.key());
      }
    }
  }

  /** Whether the pods of a gang that wait would fit as things are. */
  @FunctionalInterface
  interface Fit {
    boolean of(GangState gang, List<PodState> waiting);
  }

  /** No gang that is to be whole waits where it would fit. */
  static void checkNobodyFits(GangCluster cluster, Fit fit) {
    for (var gang : cluster.gangs.values()) {
      var members = cluster.members(gang.key());
      var waiting = members.stream().filter(pod -> !pod.isBound()).toList();
      if (!waiting.isEmpty()
          && members.size() >= gang.minCount()
          && gang.isUnit()
          && !isEnding(cluster, gang)) {
        assertFalse(
            fit.of(gang, waiting), () -> gang.key() + " waits but fits:\n" + cluster.story());
      }
    }
  }

  /** Whether it is not known yet which of its pods count. */
  private static boolean isEnding(GangCluster cluster, GangState gang) {
    return cluster.pods.values().stream()
        .filter(pod -> pod.membership().gang().equals(gang.key().name()))
        .anyMatch(pod -> pod.stage() == PodState.Stage.ENDING);
  }

  /** The nodes of each rack. */
  static SortedMap<String, List<String>> nodesByRack(GangCluster cluster) {
    var nodesByRack = new TreeMap<String, List<String>>();
    cluster.rackByNode.forEach(
        (node, rack) -> nodesByRack.computeIfAbsent(rack, ignored -> new ArrayList<>()).add(node));
    return nodesByRack;
  }

  /** Whether those of a gang that have places have them in this rack alone, if they have any. */
  static boolean mayUse(GangCluster cluster, GangState gang, String rack) {
    return cluster.members(gang.key()).stream()
        .filter(PodState::isBound)
        .allMatch(pod -> rack.equals(cluster.rackByNode.get(pod.node())));
  }

  /** What nominations to a node take of it that are not of these pods. */
  static List<PodState> nominatedTo(GangCluster cluster, String node, List<PodState> own) {
    var there = new ArrayList<PodState>();
    for (var one : cluster.nominated.entrySet()) {
      var other = Objects.requireNonNull(cluster.pods.get(one.getKey()));
      if (one.getValue().equals(node) && !other.isBound() && !own.contains(other)) {
        there.add(other);
      }
    }
    return there;
  }

  /** Whether each of these has as many nodes as they are, whatever the others get. */
  static boolean isRoomy(
      List<PodState> waiting, Collection<String> nodes, BiPredicate<PodState, String> suits) {
    return waiting.stream()
        .allMatch(
            pod -> nodes.stream().filter(node -> suits.test(pod, node)).count() >= waiting.size());
  }
}
