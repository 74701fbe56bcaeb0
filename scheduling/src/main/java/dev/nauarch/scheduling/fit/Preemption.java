package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.cluster.Recent;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Finds the pods of lower priority whose stopping costs least and makes room for one pod.
 *
 * <p>What costs less is told by Kubernetes' own order: fewer disruption budgets broken, then a
 * lower highest priority, a lower sum of priorities, fewer pods, and of those of the highest
 * priority the earliest one the younger.
 */
public final class Preemption {

  /**
   * So many nodes are compared at most for a pod that other pods concern; more would cost time and
   * hardly improve the choice.
   */
  private static final int NODE_LIMIT = 100;

  private static final int INDEX_LIMIT = 16;

  /**
   * Where room can be made.
   *
   * @param node on which node
   * @param victims who must stop, the dearest first; may hold places that nobody has taken yet
   * @param violations how many of them a disruption budget protects
   */
  public record Plan(String node, List<PodState> victims, int violations) {

    /** Those that still have to be asked to stop; the others, and places, cost nothing more. */
    public List<PodState> live() {
      return victims.stream()
          .filter(pod -> pod.stage() == PodState.Stage.LIVE && !pod.isPlaceOnly())
          .toList();
    }
  }

  /** What a plan costs; the number of the node, lowest first, makes the order total. */
  record Cost(int violations, int highest, long sum, int count, Instant earliest, int node)
      implements Comparable<Cost> {

    private static final Comparator<Cost> ORDER =
        Comparator.comparingInt(Cost::violations)
            .thenComparingInt(Cost::highest)
            .thenComparingLong(Cost::sum)
            .thenComparingInt(Cost::count)
            .thenComparing(Cost::earliest, Comparator.reverseOrder())
            .thenComparingInt(Cost::node);

    static Cost of(Plan plan, int node) {
      var live = plan.live();
      var highest = live.stream().mapToInt(PodState::priority).max().orElse(Integer.MIN_VALUE);
      return new Cost(
          plan.violations,
          highest,
          // Each counts something, however low its priority is.
          live.stream().mapToLong(pod -> pod.priority() - (long) Integer.MIN_VALUE).sum(),
          live.size(),
          live.stream()
              .filter(pod -> pod.priority() == highest)
              .map(PodState::created)
              .min(Comparator.naturalOrder())
              .orElse(Instant.MAX),
          node);
    }

    @Override
    public int compareTo(Cost other) {
      return ORDER.compare(this, other);
    }
  }

  private final Cluster cluster;
  private final Search search;
  private final Victims victims;
  private final Recent<RoomIndex.Wish, RoomIndex> indexByWish = new Recent<>(INDEX_LIMIT);

  /** Where the next search begins that does not look at all nodes. */
  private int next;

  /**
   * Over a cluster.
   *
   * @param togetherWith every pod that must stop when a pod is stopped, itself included
   */
  public Preemption(
      Cluster cluster, Search search, Function<PodState, List<PodState>> togetherWith) {
    this.cluster = cluster;
    this.search = search;
    this.victims = new Victims(cluster, togetherWith);
  }

  /** Which of two plans costs less, wherever they are. */
  public static int compare(Plan one, Plan other) {
    return Cost.of(one, 0).compareTo(Cost.of(other, 0));
  }

  /** The cheapest plan, or none; a pod that may not preempt has none. */
  public Optional<Plan> cheapest(PodState pod) {
    return cheapest(pod, Area.WHOLE);
  }

  /** The same on the nodes of an area. */
  public Optional<Plan> cheapest(PodState pod, Area area) {
    if (!mayMakeRoom(pod)) {
      return Optional.empty();
    }
    return search.concernsNodesOnly(pod)
        ? index(pod).cheapest(area)
        : ofSome(pod, area).stream().findFirst();
  }

  /** Plans for different nodes, the cheapest first; not more than are worth a look. */
  public List<Plan> candidates(PodState pod) {
    if (!mayMakeRoom(pod)) {
      return List.of();
    }
    return search.concernsNodesOnly(pod)
        ? index(pod).cheapest(NODE_LIMIT)
        : ofSome(pod, Area.WHOLE);
  }

  private boolean mayMakeRoom(PodState pod) {
    return pod.mayPreempt() && cluster.hasBelow(pod.priority());
  }

  private RoomIndex index(PodState pod) {
    return indexByWish.get(
        new RoomIndex.Wish(pod.shape().withImages(List.of()), pod.priority()),
        wish -> new RoomIndex(wish, cluster, victims));
  }

  private List<Plan> ofSome(PodState pod, Area area) {
    var refusals = search.refusals(pod);
    var planByCost = new TreeMap<Cost, Plan>();
    var inTheWay = inTheWay(pod);
    var size = area.size(cluster.numbers());
    var first = next;
    for (var i = 0; i < size && planByCost.size() < NODE_LIMIT; i++) {
      next = (first + i) % size;
      var slot = cluster.slot(area.node(next));
      var group = refusals.groupOf(area.node(next));
      if (slot != null && group != null && !group.isLasting()) {
        find(pod, slot, inTheWay)
            .ifPresent(plan -> planByCost.put(Cost.of(plan, slot.number()), plan));
      }
    }
    return List.copyOf(planByCost.values());
  }

  private Optional<Plan> find(PodState pod, NodeSlot slot, List<InTheWay> inTheWay) {
    BooleanSupplier fits = () -> search.fits(pod, slot.name());
    var alone = victims.find(pod.priority(), slot, List.of(), fits).plan();
    if (alone.isPresent()) {
      return alone;
    }
    var elsewhere =
        inTheWay.stream()
            .filter(one -> one.keepsFrom(slot.number()))
            .map(InTheWay::pod)
            .distinct()
            .toList();
    return elsewhere.isEmpty()
        ? Optional.empty()
        : victims.find(pod.priority(), slot, elsewhere, fits).plan();
  }

  /** A pod that keeps another from all nodes of its domain. */
  private record InTheWay(PodState pod, int node, Domains domains) {

    boolean keepsFrom(int other) {
      var domain = domains.of(node);
      return other != node && domain != Domains.NONE && domain == domains.of(other);
    }
  }

  /** Pods of lower priority that the pod can't be beside, or of which there are too many. */
  private List<InTheWay> inTheWay(PodState pod) {
    var terms = new ArrayList<>(pod.neighbours().apart());
    for (var constraint : pod.neighbours().spread()) {
      if (constraint.required()) {
        terms.add(constraint.term());
      }
    }
    var found = new ArrayList<InTheWay>();
    if (terms.isEmpty() && !cluster.topology().keepsApart()) {
      return found;
    }
    for (var node = 0; node < cluster.numbers(); node++) {
      var slot = cluster.slot(node);
      if (slot != null) {
        for (var placed : slot.pods()) {
          if (placed.priority() < pod.priority()) {
            addMeant(found, terms, placed, placed, node);
            addMeant(found, placed.neighbours().apart(), pod, placed, node);
          }
        }
      }
    }
    return found;
  }

  private void addMeant(
      List<InTheWay> found, List<PodTerm> terms, PodState meant, PodState placed, int node) {
    for (var term : terms) {
      if (term.matches(meant, cluster.labelsOf(meant.key().namespace()))) {
        var domains = cluster.topology().domains(term.topologyKey());
        found.add(new InTheWay(placed, node, domains));
      }
    }
  }
}
