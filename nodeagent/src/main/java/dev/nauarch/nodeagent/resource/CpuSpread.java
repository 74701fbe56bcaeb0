package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.resource.MachineTopology.Cpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes processors evenly from as few NUMA nodes as can be, in groups that stay together. What is
 * over after an even share goes where it leaves all nodes most alike.
 */
final class CpuSpread {
  private final MachineTopology machine;
  private final CpuSet free;
  private final int count;
  private final int group;
  private final boolean bySocket;

  private CpuSpread(MachineTopology machine, CpuSet free, int count, int group, boolean bySocket) {
    this.machine = machine;
    this.free = free;
    this.count = count;
    this.group = group;
    this.bySocket = bySocket;
  }

  /** Nodes to take from, and those of them that give what is over; a lower balance is better. */
  private record Choice(
      List<Integer> nodes, List<Integer> remainder, double balance, boolean oneSocket) {}

  /**
   * Takes so many.
   *
   * @param group how many are given together
   * @param bySocket whether nodes of one socket are better than others
   * @throws IllegalArgumentException where fewer are free
   */
  static CpuSet take(MachineTopology machine, CpuSet free, int count, int group, boolean bySocket) {
    if (count > 0 && count % group == 0 && count <= free.size()) {
      var choice = new CpuSpread(machine, free, count, group, bySocket).choice();
      if (choice != null) {
        return new CpuSpread(machine, free, count, group, bySocket).taken(choice);
      }
    }
    return CpuTaker.take(machine, free, count, false, false);
  }

  private CpuSet freeOn(int node) {
    return CpuSet.of(
            machine.cpus().stream().filter(cpu -> cpu.node() == node).map(Cpu::number).toList())
        .and(free);
  }

  private List<Integer> nodes() {
    return CpuTaker.nodes(machine, free);
  }

  private @Nullable Choice choice() {
    var nodes = nodes();
    var groups = (machine.cpus().size() - 1) / group + 1;
    var perNode = (groups - 1) / machine.nodesWithCpus() + 1;
    var wanted = (count - 1) / group + 1;
    var least = (wanted - 1) / perNode + 1;
    for (var size = least; size <= Math.min(wanted, nodes.size()); size++) {
      var best = new Best();
      subsets(nodes, size, subset -> best.offer(tried(subset, nodes)));
      if (best.choice != null) {
        return best.choice;
      }
    }
    return null;
  }

  private static void subsets(List<Integer> from, int size, Consumer<List<Integer>> visitor) {
    subsets(from, 0, size, List.of(), visitor);
  }

  private static void subsets(
      List<Integer> from, int start, int left, List<Integer> chosen, Consumer<List<Integer>> to) {
    if (left == 0) {
      to.accept(chosen);
      return;
    }
    for (var i = start; i <= from.size() - left; i++) {
      var more = new ArrayList<>(chosen);
      more.add(from.get(i));
      subsets(from, i + 1, left - 1, more, to);
    }
  }

  /** The best of the choices that were tried. */
  private final class Best {
    private @Nullable Choice choice;

    void offer(@Nullable Choice tried) {
      if (tried != null && (choice == null || isBetter(tried, choice))) {
        choice = tried;
      }
    }
  }

  private boolean isBetter(Choice tried, Choice best) {
    return (bySocket && best.oneSocket() != tried.oneSocket())
        ? tried.oneSocket()
        : tried.balance() < best.balance();
  }

  private @Nullable Choice tried(List<Integer> subset, List<Integer> nodes) {
    var groups = subset.stream().mapToInt(node -> freeOn(node).size() / group).sum();
    if (groups * group < count) {
      return null;
    }
    var share = count / subset.size() / group * group;
    var smallest = subset.stream().mapToInt(node -> freeOn(node).size()).min().orElse(0);
    if (bySocket) {
      share = Math.min(share, smallest / group * group);
    }
    if (smallest < share) {
      return null;
    }
    var left = new TreeMap<Integer, Integer>();
    nodes.forEach(node -> left.put(node, freeOn(node).size()));
    for (var node : subset) {
      left.merge(node, -share, Integer::sum);
    }
    var over = count - share * subset.size();
    var oneSocket =
        machine.cpus().stream()
                .filter(cpu -> subset.contains(cpu.node()))
                .mapToInt(Cpu::socket)
                .distinct()
                .count()
            == 1;
    if (over == 0) {
      return new Choice(subset, List.of(), deviation(left), oneSocket);
    }
    return withRemainder(subset, left, over, oneSocket);
  }

  private @Nullable Choice withRemainder(
      List<Integer> subset, Map<Integer, Integer> left, int over, boolean oneSocket) {
    var able = subset.stream().filter(node -> left.getOrDefault(node, 0) >= group).toList();
    var best = new Best();
    for (var size = able.size(); size >= 1; size--) {
      subsets(
          able,
          size,
          givers -> {
            var after = after(givers, left, over);
            if (after != null) {
              best.offer(new Choice(subset, givers, deviation(after), oneSocket));
            }
          });
    }
    return best.choice;
  }

  private @Nullable Map<Integer, Integer> after(
      List<Integer> givers, Map<Integer, Integer> left, int over) {
    var groups = givers.stream().mapToInt(node -> left.getOrDefault(node, 0) / group).sum();
    if (groups * group < over) {
      return null;
    }
    var after = new TreeMap<>(left);
    for (var rest = over; rest > 0; ) {
      for (var node : givers) {
        if (rest > 0 && after.getOrDefault(node, 0) >= group) {
          after.merge(node, -group, Integer::sum);
          rest -= group;
        }
      }
    }
    return after;
  }

  private static double deviation(Map<Integer, Integer> values) {
    var mean = rounded(values.values().stream().mapToInt(v -> v).average().orElse(0));
    var squares = values.values().stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return rounded(Math.sqrt(squares / values.size()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private CpuSet taken(Choice choice) {
    var share = count / choice.nodes().size() / group * group;
    for (var node : choice.nodes()) {
      share = Math.min(share, freeOn(node).size() / group * group);
    }
    var taken = CpuSet.NONE;
    for (var node : choice.nodes()) {
      taken = taken.plus(CpuTaker.take(machine, freeOn(node), share, false, false));
    }
    while (taken.size() < count) {
      var before = taken.size();
      for (var node : choice.remainder()) {
        var rest = freeOn(node).minus(taken);
        if (taken.size() < count && rest.size() >= group) {
          taken = taken.plus(CpuTaker.take(machine, rest, group, false, false));
        }
      }
      if (taken.size() == before) {
        throw new IllegalStateException("accounting error, not enough CPUs allocated");
      }
    }
    return taken;
  }
}
