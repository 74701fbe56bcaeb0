package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Recent;
import dev.nauarch.scheduling.device.ClaimPlan;
import dev.nauarch.scheduling.device.ExtendedDemand;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.VolumeNeeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the best node for a pod, and says of every other why not. */
public final class Search {

  /** Shapes beyond this many are indexed anew when they come up again; the oldest go first. */
  private static final int SHAPE_LIMIT = 512;

  /** Indexes may have so many scores in all, so that large clusters have fewer of them. */
  private static final int SCORE_LIMIT = 1 << 23;

  /** The same of what shapes have in common, and of why they don't fit. */
  private static final int OTHERS_LIMIT = 128;

  private final Cluster cluster;
  private final Map<PodShape, ShapeIndex> indexByShape = new LinkedHashMap<>(16, 0.75f, true);
  private final Recent<PodShape, Eligibility> eligibilityByShape = new Recent<>(OTHERS_LIMIT);
  private final Recent<PodShape, RefusalIndex> refusalsByShape = new Recent<>(OTHERS_LIMIT);
  private final Recent<List<ClaimPlan>, DeviceIndex> devicesByPlans = new Recent<>(OTHERS_LIMIT);
  private final SpreadIndexes spreads;
  private final Comparison comparison = new Comparison();

  /** A search over a cluster. */
  public Search(Cluster cluster) {
    this.cluster = cluster;
    this.spreads = new SpreadIndexes(cluster);
  }

  /**
   * The best node; among equals the one with the lowest number. Nodes that have extended resources
   * themselves come before those where devices stand for them.
   */
  public Optional<String> best(PodState pod) {
    return best(pod, Area.WHOLE, Advice.NONE);
  }

  /** The best node of an area. */
  public Optional<String> best(PodState pod, Area area) {
    return best(pod, area, Advice.NONE);
  }

  /** The same with what somebody outside said. */
  public Optional<String> best(PodState pod, Advice advice) {
    return best(pod, Area.WHOLE, advice);
  }

  /** The best node of an area with what somebody outside said. */
  public Optional<String> best(PodState pod, Area area, Advice advice) {
    var extended = cluster.devices().extended(pod);
    if (extended.isEmpty()) {
      return best(pod, area, extended, advice);
    }
    if (extended.isStale()) {
      return Optional.empty();
    }
    var own = best(pod, area, ExtendedDemand.NONE, advice);
    return own.isPresent() ? own : best(without(pod, extended), area, extended, advice);
  }

  /** A pod with what it asks of nodes themselves whatever devices stand for. */
  PodState ofNodes(PodState pod) {
    return without(pod, cluster.devices().extended(pod));
  }

  /** A pod that asks its node for no resources for which devices may stand. */
  private static PodState without(PodState pod, ExtendedDemand extended) {
    var shape = pod.shape();
    return extended.isEmpty()
        ? pod
        : pod.in(shape.asking(shape.requests().without(extended.names())));
  }

  private Optional<String> best(PodState pod, Area area, ExtendedDemand extended, Advice advice) {
    var index = index(pod.shape());
    if (extended.isEmpty() && advice.isSilent() && isAlone(pod)) {
      return named(index.best(area));
    }
    var rules = rules(pod, extended, advice);
    var spread =
        area.isWhole() && rules.isEmpty() ? onlySpread(pod) : Optional.<SpreadIndex>empty();
    if (spread.isPresent()) {
      return named(spread.get().best(index));
    }
    var preferences = preferences(pod, rules);
    if (!preferences.isEmpty()) {
      return named(bestOfPreferences(area, index, rules, preferences));
    }
    return named(rules.isEmpty() ? index.best(area) : bestAllowed(area, index, rules));
  }

  /** Whether nothing counts but its shape. */
  private boolean isAlone(PodState pod) {
    return pod.devices().isEmpty()
        && pod.shape().volumes().isEmpty()
        && pod.shape().policy().plugins().isEmpty()
        && pod.neighbours().isEmpty()
        && !cluster.topology().keepsApart()
        && !cluster.topology().hasWishes()
        && !cluster.groups().spreads(pod);
  }

  /** What keeps up with how pods like this one are spread, where nothing else is compared. */
  private Optional<SpreadIndex> onlySpread(PodState pod) {
    var weights = pod.shape().weights();
    if (weights.spread() == 0
        || !pod.shape().policy().plugins().isEmpty()
        || (weights.podAffinity() > 0 && !new AffinityPreference(pod, cluster).isEmpty())) {
      return Optional.empty();
    }
    var wanted = preferredSpread(pod);
    return wanted.isEmpty()
        ? Optional.empty()
        : spreads.of(pod.shape(), wanted, mayLackDomains(pod), eligibility(pod));
  }

  private List<SpreadConstraint> preferredSpread(PodState pod) {
    return cluster.groups().spreadOf(pod).stream().filter(each -> !each.required()).toList();
  }

  private static boolean mayLackDomains(PodState pod) {
    return pod.neighbours().spread().isEmpty() && pod.shape().policy().spread().mayLackDomains();
  }

  /** By what the nodes that are possible for a pod are compared, beside what each is by itself. */
  private List<Preference> preferences(PodState pod, PodRules rules) {
    var weights = pod.shape().weights();
    var all = new ArrayList<Preference>(0);
    if (weights.podAffinity() > 0) {
      var affinity = new AffinityPreference(pod, cluster);
      if (!affinity.isEmpty()) {
        all.add(affinity);
      }
    }
    if (weights.spread() > 0) {
      spread(pod, weights.spread()).ifPresent(all::add);
    }
    if (rules.claims().prefersSomething()) {
      all.add(new DevicePreference(rules.claims()));
    }
    all.addAll(rules.plugins().preferences());
    if (rules.advice().prefersSomething()) {
      all.add(new AdvicePreference(rules.advice(), cluster));
    }
    return all;
  }

  private Optional<SpreadPreference> spread(PodState pod, int weight) {
    var wanted = preferredSpread(pod);
    var mayLack = mayLackDomains(pod);
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(new SpreadPreference(weight, wanted, mayLack, cluster, eligibility(pod)));
  }

  /** The names of all nodes that are possible for a pod, by number. */
  public List<String> possible(PodState asking) {
    var extended = cluster.devices().extended(asking);
    var pod = without(asking, extended);
    var rules = rules(pod, extended, Advice.NONE);
    var scores = new NodeScores(index(pod.shape()), rules.claims().devices());
    var names = new ArrayList<String>();
    for (var node = 0; node < cluster.numbers(); node++) {
      if (scores.mayExceed(node, -1) && rules.check(node) == null) {
        names.add(name(node));
      }
    }
    return names;
  }

  /** The names of all nodes with room for a pod, whatever others want of it, by number. */
  public List<String> roomy(PodState asking) {
    var index = index(ofNodes(asking).shape());
    var scores = index.scores();
    var names = new ArrayList<String>();
    for (var node = 0; node < cluster.numbers(); node++) {
      if (scores[index.leaves() + node] >= 0) {
        names.add(name(node));
      }
    }
    return names;
  }

  /** Whether nothing but the nodes themselves decides where the pod can run. */
  boolean concernsNodesOnly(PodState pod) {
    return rules(pod, cluster.devices().extended(pod), Advice.NONE).isEmpty();
  }

  /** Whether the pod can run on this very node now. */
  public boolean fits(PodState pod, String node) {
    return fits(pod, node, Advice.NONE);
  }

  /** The same with what somebody outside said. */
  public boolean fits(PodState asking, String node, Advice advice) {
    var slot = cluster.slot(node);
    var extended = cluster.devices().extended(asking);
    var pod = without(asking, extended);
    return slot.isPresent()
        && NodeRules.check(pod.shape(), slot.get()).isEmpty()
        && rules(pod, extended, advice).check(slot.get().number()) == null;
  }

  /** Why the pod can't run, node by node; valid until the cluster changes. */
  public Refusals refusals(PodState pod) {
    return refusals(pod, Advice.NONE);
  }

  /** The same with what somebody outside said. */
  public Refusals refusals(PodState asking, Advice advice) {
    var extended = cluster.devices().extended(asking);
    var pod = without(asking, extended);
    var shape = pod.shape().with(VolumeNeeds.NONE).withImages(List.of());
    var index = refusalsByShape.get(shape, this::refusalIndex);
    var rules = rules(pod, extended, advice);
    return rules.isEmpty() ? index.now() : index.with(rules::refusals);
  }

  private PodRules rules(PodState pod, ExtendedDemand extended, Advice advice) {
    return new PodRules(
        cluster,
        new NeighbourRules(pod, cluster, this::eligibility),
        claims(pod, extended),
        new PluginRules(pod, cluster),
        advice);
  }

  private ClaimRules claims(PodState pod, ExtendedDemand extended) {
    var cpuMillis = pod.shape().requests().cpuMillis();
    var demand = cluster.devices().demand(pod);
    return new ClaimRules(
        new VolumeRules(pod, cluster),
        new DeviceRules(demand, extended, cluster, cpuMillis, this::deviceIndex));
  }

  private DeviceIndex deviceIndex(List<ClaimPlan> wanted) {
    return devicesByPlans.get(wanted, one -> new DeviceIndex(one, cluster));
  }

  private int bestAllowed(Area area, ShapeIndex index, PodRules rules) {
    var scores = new NodeScores(index, rules.claims().devices());
    var best = -1;
    var most = -1;
    var size = area.size(cluster.numbers());
    for (var i = 0; i < size; i++) {
      var node = area.node(i);
      if (scores.mayExceed(node, most) && rules.check(node) == null && scores.of(node) > most) {
        most = scores.of(node);
        best = node;
      }
    }
    return best;
  }

  private int bestOfPreferences(
      Area area, ShapeIndex index, PodRules rules, List<Preference> preferences) {
    var scores = new NodeScores(index, rules.claims().devices());
    comparison.clear(cluster.numbers());
    var size = area.size(cluster.numbers());
    for (var i = 0; i < size; i++) {
      var node = area.node(i);
      if (scores.mayExceed(node, -1) && rules.check(node) == null) {
        comparison.add(node);
      }
    }
    return comparison.best(scores, preferences);
  }

  private Optional<String> named(int node) {
    return node < 0 ? Optional.empty() : Optional.of(name(node));
  }

  private String name(int node) {
    return Objects.requireNonNull(cluster.slot(node), "a node that is indexed but unknown").name();
  }

  private ShapeIndex index(PodShape asked) {
    var images = asked.weights().images() == 0 ? List.<String>of() : asked.images();
    var shape = asked.with(VolumeNeeds.NONE).withImages(cluster.images().thatMatter(images));
    var known = indexByShape.get(shape);
    if (known != null) {
      return known;
    }
    var limit = Math.clamp(SCORE_LIMIT / Math.max(1, cluster.numbers()), 16, SHAPE_LIMIT);
    var index = indexByShape.size() < limit ? null : removeOldest(indexByShape);
    if (index == null) {
      index = new ShapeIndex(shape, eligibility(shape), cluster);
    } else {
      index.become(shape, eligibility(shape));
    }
    indexByShape.put(shape, index);
    return index;
  }

  private Eligibility eligibility(PodState pod) {
    return index(pod.shape()).eligibility();
  }

  Eligibility eligibility(PodShape shape) {
    var bare =
        new PodShape(
            Amounts.NONE,
            shape.nodeSelector(),
            shape.nodeTerms(),
            shape.preferredNodes(),
            shape.tolerations(),
            List.of(),
            VolumeNeeds.NONE,
            shape.images(),
            shape.policy());
    return eligibilityByShape.get(bare, one -> new Eligibility(one, cluster));
  }

  private RefusalIndex refusalIndex(PodShape shape) {
    return new RefusalIndex(shape, cluster);
  }

  private static <K, V> @Nullable V removeOldest(Map<K, V> known) {
    var oldest = known.keySet().iterator().next();
    return known.remove(oldest);
  }
}
