package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.resource.MachineTopology.Cpu;
import dev.nauarch.nodeagent.resource.MachineTopology.NodeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Invented machines. */
final class Machines {

  private Machines() {}

  /**
   * A machine whose processors are numbered core by core, the second of each core after all first
   * ones, as kernels do it.
   *
   * @param nodes NUMA nodes, spread evenly over the sockets
   * @param cores cores of each node
   * @param threads processors of each core
   * @param caches last-level caches of each node
   */
  static MachineTopology of(int sockets, int nodes, int cores, int threads, int caches) {
    var cpus = new ArrayList<Cpu>();
    for (var thread = 0; thread < threads; thread++) {
      for (var core = 0; core < nodes * cores; core++) {
        var node = core / cores;
        var cache = node * caches + core % cores * caches / cores;
        cpus.add(new Cpu(thread * nodes * cores + core, core, node * sockets / nodes, node, cache));
      }
    }
    return new MachineTopology(cpus, memory(nodes));
  }

  /** Two sockets of three cores with two processors each, which are numbered in turns. */
  static MachineTopology interleaved() {
    var cpus = new ArrayList<Cpu>();
    for (var number = 0; number < 12; number++) {
      cpus.add(new Cpu(number, number % 6, number % 2, number % 2, number % 2));
    }
    return new MachineTopology(cpus, memory(2));
  }

  /** Memory of nodes of which each is the further from another the more their numbers differ. */
  private static SortedMap<Integer, NodeMemory> memory(int nodes) {
    var memory = new TreeMap<Integer, NodeMemory>();
    for (var node = 0; node < nodes; node++) {
      var distances = new ArrayList<Integer>();
      for (var other = 0; other < nodes; other++) {
        distances.add(10 + 5 * Math.abs(node - other));
      }
      memory.put(node, new NodeMemory(1L << 30, new TreeMap<>(), List.copyOf(distances)));
    }
    return memory;
  }
}
