package dev.nauarch.scheduling.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.model.Toleration;
import dev.nauarch.scheduling.model.VolumeNeeds;
import dev.nauarch.scheduling.model.WeightedPodTerm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who has followed all changes finds what somebody finds who looks for the first time. */
class SearchTest {

  private static final int NODES = 70;
  private static final int STEPS = 300;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  /** A cluster that changes, and all that it is made of now. */
  private static final class History {
    private final SplittableRandom random;
    private final Cluster cluster = new Cluster();
    private final Search search = new Search(cluster);
    private final TreeMap<String, NodeState> nodes = new TreeMap<>();
    private final TreeMap<ObjectKey, PodState> placed = new TreeMap<>();
    private int names;

    History(long seed) {
      random = new SplittableRandom(seed);
    }

    void step() {
      switch (random.nextInt(6)) {
        case 0 -> {
          var node = node("n" + random.nextInt(NODES));
          nodes.put(node.name(), node);
          cluster.put(node);
        }
        case 1 -> {
          var name = "n" + random.nextInt(NODES);
          if (random.nextInt(4) == 0 && nodes.remove(name) != null) {
            cluster.removeNode(name);
          }
        }
        case 2 -> {
          if (!placed.isEmpty()) {
            var key = List.copyOf(placed.keySet()).get(random.nextInt(placed.size()));
            placed.remove(key);
            cluster.unplace(key);
          }
        }
        default -> {
          var pod = pod();
          search.best(pod).ifPresent(node -> place(pod.on(node)));
        }
      }
    }

    private void place(PodState pod) {
      placed.put(pod.key(), pod);
      cluster.place(pod);
    }

    private NodeState node(String name) {
      var labels = new TreeMap<String, String>();
      labels.put("host", name);
      if (random.nextInt(8) > 0) {
        labels.put("zone", "z" + random.nextInt(3));
      }
      var taints =
          random.nextInt(6) == 0
              ? List.of(new Taint("t", "", Taint.Effect.NO_SCHEDULE))
              : List.<Taint>of();
      var amounts =
          new Amounts(1_000L * (1 + random.nextInt(8)), 8L << 30, 0, 4, new TreeMap<>())
              .with("gpu", random.nextInt(3) * 4L);
      return new NodeState(name, labels, taints, amounts, random.nextInt(10) == 0);
    }

    PodState pod() {
      var labels = new TreeMap<String, String>();
      labels.put("app", "a" + random.nextInt(3));
      var asked =
          new Amounts(
                  250L * random.nextInt(8), (long) random.nextInt(4) << 30, 0, 1, new TreeMap<>())
              .with("gpu", Math.max(0, random.nextInt(6) - 3));
      var selector =
          random.nextInt(4) == 0
              ? List.of(Requirement.equal("zone", "z1"))
              : List.<Requirement>of();
      var tolerations =
          random.nextInt(3) == 0
              ? List.of(new Toleration("t", true, "", ""))
              : List.<Toleration>of();
      return new PodState(
          new ObjectKey("default", "p" + names++),
          "uid",
          labels,
          new PodShape(
              asked, selector, List.of(), List.of(), tolerations, List.of(), VolumeNeeds.NONE),
          neighbours(),
          0,
          true,
          Instant.EPOCH,
          "",
          PodState.Stage.LIVE,
          List.of(),
          PodState.Membership.ALONE,
          DeviceNeeds.NONE);
    }

    private Neighbours neighbours() {
      var constraint =
          new SpreadConstraint(
              term("zone"), 1, 1, random.nextBoolean(), random.nextBoolean(), true);
      return switch (random.nextInt(8)) {
        case 0 -> new Neighbours(List.of(term("zone")), List.of(), List.of(), List.of());
        case 1 -> new Neighbours(List.of(), List.of(term("host")), List.of(), List.of());
        case 2 ->
            new Neighbours(
                List.of(), List.of(), List.of(new WeightedPodTerm(term("zone"), 7)), List.of());
        case 3 -> new Neighbours(List.of(), List.of(), List.of(), List.of(constraint));
        default -> Neighbours.ANY;
      };
    }

    private PodTerm term(String topologyKey) {
      var app = Requirement.equal("app", "a" + random.nextInt(3));
      return new PodTerm(List.of(app), false, List.of("default"), List.of(), false, topologyKey);
    }

    /** The same cluster, made at once, with the same numbers of nodes. */
    Search afresh() {
      var same = new Cluster();
      for (var number = 0; number < cluster.numbers(); number++) {
        var slot = cluster.slot(number);
        same.put(slot == null ? node("unused" + number) : slot.state());
      }
      for (var number = 0; number < cluster.numbers(); number++) {
        if (cluster.slot(number) == null) {
          same.removeNode("unused" + number);
        }
      }
      placed.values().forEach(same::place);
      return new Search(same);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoFollowsChangesFindsWhatAFirstLookFinds(long seed) {
    var history = new History(seed);
    for (var step = 0; step < STEPS; step++) {
      history.step();
      var pod = history.pod();
      var afresh = history.afresh();
      var best = history.search.best(pod);
      assertEquals(afresh.best(pod), best, () -> pod + " with seed " + seed);
      var possible = new ArrayList<String>();
      for (var node : history.nodes.keySet()) {
        if (history.search.fits(pod, node)) {
          possible.add(node);
        }
      }
      assertEquals(possible.isEmpty(), best.isEmpty(), () -> pod + " with seed " + seed);
      best.ifPresent(node -> assertEquals(true, possible.contains(node)));
      assertEquals(history.nodes.size() - possible.size(), history.search.refusals(pod).count());
      assertEquals(words(afresh.refusals(pod)), words(history.search.refusals(pod)));
    }
  }

  private static List<String> words(Refusals refusals) {
    return refusals.groups().stream()
        .map(group -> group.count() + " " + group.refusals())
        .sorted()
        .toList();
  }
}
