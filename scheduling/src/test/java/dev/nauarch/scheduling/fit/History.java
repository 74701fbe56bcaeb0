package dev.nauarch.scheduling.fit;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.GroupState;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PluginUse;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.model.Toleration;
import dev.nauarch.scheduling.model.VolumeNeeds;
import dev.nauarch.scheduling.model.WeightedPodTerm;
import dev.nauarch.scheduling.model.Weights;
import dev.nauarch.scheduling.plugin.NodeView;
import dev.nauarch.scheduling.plugin.PodView;
import dev.nauarch.scheduling.plugin.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A cluster that changes by chance, and all that it is made of now. */
final class History {
  static final int ALIKE_MAX = 2;
  private final SplittableRandom random;
  final Cluster cluster = new Cluster();
  final Search search = new Search(cluster);
  final TreeMap<String, NodeState> nodes = new TreeMap<>();
  final TreeMap<ObjectKey, PodState> placed = new TreeMap<>();
  final TreeMap<ObjectKey, GroupState> groups = new TreeMap<>();
  private final int most;
  private int names;

  /** With so many nodes at most. */
  History(long seed, int most) {
    this.most = most;
    random = new SplittableRandom(seed);
  }

  void step() {
    if (random.nextInt(20) == 0) {
      group();
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        var node = node("n" + random.nextInt(most));
        nodes.put(node.name(), node);
        cluster.put(node);
      }
      case 1 -> {
        var name = "n" + random.nextInt(most);
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

  private void group() {
    var ref = new GroupState.Ref("Service", new ObjectKey("default", "s" + random.nextInt(3)));
    if (random.nextInt(3) == 0) {
      groups.remove(ref.key());
      cluster.groups().remove(ref);
    } else {
      var selector = List.of(Requirement.equal("app", "a" + random.nextInt(3)));
      groups.put(ref.key(), new GroupState(ref, selector));
      cluster.groups().put(new GroupState(ref, selector));
    }
  }

  /** A pod just like another comes to a node. */
  void come(PodState like, String node) {
    place(
        new PodState(
            new ObjectKey("default", "p" + names++),
            like.uid(),
            like.labels(),
            like.annotations(),
            like.shape(),
            like.neighbours(),
            like.priority(),
            like.mayPreempt(),
            like.created(),
            node,
            like.stage(),
            like.gates(),
            like.membership(),
            like.devices()));
  }

  private void place(PodState pod) {
    placed.put(pod.key(), pod);
    cluster.place(pod);
  }

  private NodeState node(String name) {
    var labels = new TreeMap<String, String>();
    labels.put("kubernetes.io/hostname", name);
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
    return new NodeState(
        name, labels, taints, amounts, random.nextInt(10) == 0, images(), new TreeMap<>());
  }

  private SortedMap<String, Long> images() {
    var images = new TreeMap<String, Long>();
    for (var i = 0; i < 3; i++) {
      if (random.nextInt(3) == 0) {
        images.put("image" + i, (10L + random.nextInt(3) * 400L) << 20);
      }
    }
    return images;
  }

  PodState pod() {
    var labels = new TreeMap<String, String>();
    labels.put("app", "a" + random.nextInt(3));
    var asked =
        new Amounts(250L * random.nextInt(8), (long) random.nextInt(4) << 30, 0, 1, new TreeMap<>())
            .with("gpu", Math.max(0, random.nextInt(6) - 3));
    var selector =
        random.nextInt(4) == 0 ? List.of(Requirement.equal("zone", "z1")) : List.<Requirement>of();
    var tolerations =
        random.nextInt(3) == 0 ? List.of(new Toleration("t", true, "", "")) : List.<Toleration>of();
    return new PodState(
        new ObjectKey("default", "p" + names++),
        "uid",
        labels,
        new TreeMap<>(),
        new PodShape(
            asked,
            selector,
            List.of(),
            List.of(),
            tolerations,
            List.of(),
            VolumeNeeds.NONE,
            random.nextInt(3) == 0 ? List.of("image" + random.nextInt(4)) : List.of(),
            policy()),
        neighbours(),
        random.nextInt(3),
        true,
        Instant.EPOCH,
        "",
        PodState.Stage.LIVE,
        List.of(),
        PodState.Membership.ALONE,
        DeviceNeeds.NONE);
  }

  /** A plug-in's rule: no more than a few pods of one application on a node. */
  private static Verdict unlike(PodView pod, NodeView node) {
    var alike = node.pods().stream().filter(other -> other.labels().equals(pod.labels())).count();
    return alike < ALIKE_MAX ? Verdict.POSSIBLE : Verdict.refusedForPods("too many alike");
  }

  /** A plug-in's score of a node with so many pods. */
  static int points(int pods) {
    return pods * 37 % 101;
  }

  private Policy policy() {
    if (random.nextInt(3) > 0) {
      return Policy.DEFAULT;
    }
    var weights =
        new Weights(
            random.nextInt(5),
            random.nextInt(5),
            random.nextInt(3),
            random.nextInt(3),
            random.nextBoolean(),
            random.nextInt(5),
            random.nextInt(5),
            random.nextInt(5));
    var off = new ArrayList<Filter>();
    for (var filter : Filter.values()) {
      if (random.nextInt(6) == 0) {
        off.add(filter);
      }
    }
    var plugins =
        random.nextInt(3) == 0
            ? List.of(
                new PluginUse(
                    "Odd",
                    Optional.of(History::unlike),
                    Optional.of((pod, node) -> points(node.pods().size())),
                    1 + random.nextInt(3)))
            : List.<PluginUse>of();
    return Policy.DEFAULT
        .with(plugins)
        .with(weights)
        .without(off)
        .with(new Policy.OthersAffinity(random.nextInt(3), random.nextBoolean()));
  }

  private Neighbours neighbours() {
    var constraint =
        new SpreadConstraint(term("zone"), 1, 1, random.nextBoolean(), random.nextBoolean(), true);
    return switch (random.nextInt(8)) {
      case 0 -> new Neighbours(List.of(term("zone")), List.of(), List.of(), List.of());
      case 1 ->
          new Neighbours(List.of(), List.of(term("kubernetes.io/hostname")), List.of(), List.of());
      case 2 ->
          new Neighbours(
              List.of(),
              List.of(),
              List.of(new WeightedPodTerm(term("zone"), random.nextBoolean() ? 7 : -7)),
              List.of());
      case 3 -> new Neighbours(List.of(), List.of(), List.of(), List.of(constraint));
      default -> Neighbours.ANY;
    };
  }

  private PodTerm term(String topologyKey) {
    var app = Requirement.equal("app", "a" + random.nextInt(3));
    return new PodTerm(
        List.of(app), false, List.of("default"), List.of(), false, topologyKey, true);
  }

  /** The same cluster, made at once, with the same numbers of nodes. */
  Cluster afresh() {
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
    groups.values().forEach(same.groups()::put);
    return same;
  }
}
