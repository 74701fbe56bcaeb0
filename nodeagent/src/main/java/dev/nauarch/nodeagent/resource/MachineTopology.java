package dev.nauarch.nodeagent.resource;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a machine is built.
 *
 * @param cpus its logical processors that are online
 * @param memory its memory by NUMA node
 */
public record MachineTopology(List<Cpu> cpus, SortedMap<Integer, NodeMemory> memory) {

  /**
   * A logical processor. Cores, sockets and caches have numbers that no other of their kind has on
   * the machine.
   *
   * @param number the kernel's number of it
   * @param core the core that it shares with its siblings
   * @param socket the package that it is in
   * @param node the NUMA node
   * @param cache the last cache that it shares with others
   */
  public record Cpu(int number, int core, int socket, int node, int cache) {}

  /**
   * The memory of a NUMA node.
   *
   * @param bytes all of it, huge pages included
   * @param hugePages how many huge pages are set aside, by their size in bytes
   * @param distances how far each of the machine's nodes is, in their order; 10 is here
   */
  public record NodeMemory(long bytes, SortedMap<Long, Long> hugePages, List<Integer> distances) {}

  /** Refuses a machine without processors or nodes. */
  public MachineTopology {
    if (cpus.isEmpty() || memory.isEmpty()) {
      throw new IllegalArgumentException("a machine without processors or without memory");
    }
  }

  /** A machine of one node, of which nothing more is known. */
  public static MachineTopology plain(int cpus, long memoryBytes) {
    var all =
        java.util.stream.IntStream.range(0, cpus).mapToObj(n -> new Cpu(n, n, 0, 0, 0)).toList();
    var memory = new NodeMemory(memoryBytes, new TreeMap<>(), List.of(10));
    return new MachineTopology(all, new TreeMap<>(Map.of(0, memory)));
  }

  /** Its NUMA nodes. */
  public NumaNodes nodes() {
    return NumaNodes.of(memory.keySet());
  }

  /** All its processors. */
  public CpuSet all() {
    return CpuSet.of(cpus.stream().map(Cpu::number).toList());
  }

  /** How many sockets it has. */
  public int sockets() {
    return (int) cpus.stream().mapToInt(Cpu::socket).distinct().count();
  }

  /** How many of its NUMA nodes have processors. */
  public int nodesWithCpus() {
    return (int) cpus.stream().mapToInt(Cpu::node).distinct().count();
  }

  /** How many processors share a core. */
  public int cpusPerCore() {
    return cpus.size() / (int) cpus.stream().mapToInt(Cpu::core).distinct().count();
  }

  /** How far the nodes of a set are from each other, and from themselves, on average. */
  double distance(NumaNodes nodes) {
    var order = nodes().numbers();
    return nodes.numbers().stream()
        .flatMapToInt(
            from ->
                nodes.numbers().stream()
                    .mapToInt(to -> distance(memory.get(from), order.indexOf(to))))
        .average()
        .orElse(0);
  }

  private static int distance(@org.jspecify.annotations.Nullable NodeMemory from, int position) {
    if (from == null || position < 0 || position >= from.distances().size()) {
      throw new IllegalStateException("distances of a node that the machine does not have");
    }
    return from.distances().get(position);
  }
}
