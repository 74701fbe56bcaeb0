package dev.nauarch.nodeagent.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the nodes that suit all resources of a container best. */
final class HintMerge {
  private final MachineTopology machine;
  private final TopologyOptions options;

  HintMerge(MachineTopology machine, TopologyOptions options) {
    this.machine = machine;
    this.options = options;
  }

  /** The sets of nodes that the resources have in common, of which one is better than another. */
  private record Common(NumaNodes nodes, boolean preferred) {}

  /**
   * The best hint for all resources together.
   *
   * @param hints the hints for each resource, none of the lists empty
   */
  Hint best(List<List<Hint>> hints) {
    var single = options.policy() == TopologyOptions.Policy.SINGLE_NUMA_NODE;
    var considered = single ? hints.stream().map(HintMerge::onOneNode).toList() : hints;
    var search = new Search(considered);
    search.from(0, machine.nodes(), null, true);
    var best = search.best;
    if (best == null) {
      best = new Common(machine.nodes(), false);
    }
    var anywhere = single && best.nodes().equals(machine.nodes());
    return new Hint(anywhere ? Optional.empty() : Optional.of(best.nodes()), best.preferred());
  }

  private static List<Hint> onOneNode(List<Hint> hints) {
    return hints.stream()
        .filter(Hint::preferred)
        .filter(hint -> hint.nodes().map(nodes -> nodes.size() == 1).orElse(true))
        .toList();
  }

  /** Goes through all choices of one hint for each resource. */
  private final class Search {
    private final List<List<Hint>> hints;

    /** The fewest nodes of the resource that needs the most: fewer can't suit all of them. */
    private final int least;

    private @Nullable Common best;

    Search(List<List<Hint>> hints) {
      this.hints = hints;
      var narrowest = new ArrayList<Integer>();
      for (var each : hints) {
        each.stream()
            .flatMap(hint -> hint.nodes().stream())
            .mapToInt(NumaNodes::size)
            .min()
            .ifPresent(narrowest::add);
      }
      this.least = narrowest.stream().mapToInt(size -> size).max().orElse(0);
    }

    /**
     * Goes on with the resource of this number.
     *
     * @param first the nodes of the first hint that has any
     */
    void from(int resource, NumaNodes common, @Nullable NumaNodes first, boolean preferred) {
      if (resource == hints.size()) {
        if (!common.isEmpty()) {
          var found = new Common(common, preferred);
          best = best == null ? found : better(best, found);
        }
        return;
      }
      for (var hint : hints.get(resource)) {
        var nodes = hint.nodes().orElse(null);
        var same = nodes == null || first == null || nodes.equals(first);
        from(
            resource + 1,
            nodes == null ? common : common.and(nodes),
            first == null ? nodes : first,
            preferred && hint.preferred() && same);
      }
    }

    private Common better(Common current, Common candidate) {
      if (current.preferred() != candidate.preferred()) {
        return current.preferred() ? current : candidate;
      }
      if (current.preferred()) {
        return nearer(current, candidate);
      }
      var have = current.nodes().size();
      var offered = candidate.nodes().size();
      if (have > least) {
        return nearer(current, candidate);
      }
      if (have == least) {
        return offered == least ? nearer(current, candidate) : current;
      }
      // Fewer nodes than some resource needs: as close to what it needs as can be.
      if (offered > least) {
        return current;
      }
      if (offered != have) {
        return offered > have ? candidate : current;
      }
      return nearer(current, candidate);
    }
  }

  private Common nearer(Common current, Common candidate) {
    var mine = current.nodes();
    var other = candidate.nodes();
    if (mine.equals(other)) {
      return current;
    }
    var byDistance =
        options.preferClosest()
            && options.policy() != TopologyOptions.Policy.SINGLE_NUMA_NODE
            && mine.size() == other.size();
    if (byDistance) {
      var order = Double.compare(machine.distance(mine), machine.distance(other));
      if (order != 0) {
        return order < 0 ? current : candidate;
      }
      return mine.isLowerThan(other) ? current : candidate;
    }
    return mine.isNarrowerThan(other) ? current : candidate;
  }
}
