package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.fit.Preemption.Plan;
import dev.nauarch.scheduling.model.PodShape;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What it would cost on each node to make room for pods of one shape and priority, kept up with the
 * changes of the cluster. For pods that no rule about other pods concerns.
 */
final class RoomIndex {

  /** For whom room is to be made. */
  record Wish(PodShape shape, int priority) {}

  private record Entry(Plan plan, Preemption.Cost cost) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return cost.compareTo(other.cost);
    }
  }

  private final Wish wish;
  private final Cluster cluster;
  private final Victims victims;
  private final Progress progress = new Progress();
  private final List<@Nullable Entry> entryByNode = new ArrayList<>();
  private final NavigableSet<Entry> cheapestFirst = new TreeSet<>();

  /** Nodes without a plan because of pods on other nodes. */
  private final SortedSet<Integer> unsteady = new TreeSet<>();

  RoomIndex(Wish wish, Cluster cluster, Victims victims) {
    this.wish = wish;
    this.cluster = cluster;
    this.victims = victims;
  }

  /** The cheapest plan of the nodes of an area. */
  Optional<Plan> cheapest(Area area) {
    catchUp();
    return area.isWhole() ? cheapest() : cheapestOfSome(area);
  }

  private void catchUp() {
    progress.follow(cluster.changes(), cluster.budgets().version(), this::checkAll, this::check);
    List.copyOf(unsteady).forEach(this::check);
  }

  private Optional<Plan> cheapestOfSome(Area area) {
    while (true) {
      var first = first(area);
      if (first == null) {
        return Optional.empty();
      }
      check(first.cost.node());
      var checked = entryByNode.get(first.cost.node());
      if (checked != null && checked.cost.equals(first.cost)) {
        return Optional.of(checked.plan);
      }
    }
  }

  private @Nullable Entry first(Area area) {
    Entry first = null;
    for (var i = 0; i < area.size(entryByNode.size()); i++) {
      var node = area.node(i);
      var entry = node < entryByNode.size() ? entryByNode.get(node) : null;
      if (entry != null && (first == null || entry.compareTo(first) < 0)) {
        first = entry;
      }
    }
    return first;
  }

  private Optional<Plan> cheapest() {
    while (!cheapestFirst.isEmpty()) {
      // Victims that stop with others of their gang may cost more by now.
      var first = cheapestFirst.first();
      check(first.cost.node());
      if (!cheapestFirst.isEmpty() && cheapestFirst.first().cost.equals(first.cost)) {
        return Optional.of(cheapestFirst.first().plan);
      }
    }
    return Optional.empty();
  }

  /** The cheapest plans, so many at most. */
  List<Plan> cheapest(int count) {
    catchUp();
    return cheapest().isEmpty()
        ? List.of()
        : cheapestFirst.stream().limit(count).map(Entry::plan).toList();
  }

  private void checkAll() {
    for (var node = 0; node < Math.max(entryByNode.size(), cluster.numbers()); node++) {
      check(node);
    }
  }

  private void check(int node) {
    while (entryByNode.size() <= node) {
      entryByNode.add(null);
    }
    var slot = node < cluster.numbers() ? cluster.slot(node) : null;
    var found = slot == null ? Optional.<Victims.Found>empty() : Optional.of(find(slot));
    var entry =
        found
            .flatMap(Victims.Found::plan)
            .map(one -> new Entry(one, Preemption.Cost.of(one, node)))
            .orElse(null);
    var old = entryByNode.set(node, entry);
    if (old != null) {
      cheapestFirst.remove(old);
    }
    if (entry != null) {
      cheapestFirst.add(entry);
    }
    if (found.filter(Victims.Found::hingesOnOthers).isPresent()) {
      unsteady.add(node);
    } else {
      unsteady.remove(node);
    }
  }

  private Victims.Found find(NodeSlot slot) {
    return victims.find(
        wish.priority, slot, List.of(), () -> NodeRules.check(wish.shape, slot).isEmpty());
  }
}
