package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.resource.MachineTopology.Cpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Takes processors out of those that are free, as near to each other as can be: whole sockets and
 * NUMA nodes, whole caches where that is wished, whole cores, then single processors. Of several
 * places the one is taken from that has the fewest free, so that others stay whole.
 */
final class CpuTaker {
  private final MachineTopology machine;
  private final boolean spread;
  private final boolean byCache;

  /** What is above in the machine: NUMA nodes, or sockets where they have several nodes each. */
  private final ToIntFunction<Cpu> above;

  private final ToIntFunction<Cpu> below;

  private CpuSet free;
  private CpuSet taken = CpuSet.NONE;
  private int needed;

  private CpuTaker(
      MachineTopology machine, CpuSet free, int needed, boolean spread, boolean byCache) {
    this.machine = machine;
    this.free = free;
    this.needed = needed;
    this.spread = spread;
    this.byCache = byCache;
    var nodesAbove = machine.sockets() >= machine.nodesWithCpus();
    this.above = nodesAbove ? Cpu::node : Cpu::socket;
    this.below = nodesAbove ? Cpu::socket : Cpu::node;
  }

  /**
   * Takes so many.
   *
   * @param spread whether from as many cores as can be, instead of whole ones
   * @param byCache whether from as few last-level caches as can be
   * @throws IllegalArgumentException where fewer are free
   */
  static CpuSet take(
      MachineTopology machine, CpuSet free, int count, boolean spread, boolean byCache) {
    if (count > free.size()) {
      throw new IllegalArgumentException(
          "not enough cpus available to satisfy request: requested="
              + count
              + ", available="
              + free.size());
    }
    return new CpuTaker(machine, free, count, spread, byCache).take();
  }

  /** The NUMA nodes with free processors, in the order in which they are taken from. */
  static List<Integer> nodes(MachineTopology machine, CpuSet free) {
    return new CpuTaker(machine, free, 0, false, false).nodes();
  }

  private List<Integer> nodes() {
    return machine.sockets() >= machine.nodesWithCpus() ? places(above) : placesBelow();
  }

  private CpuSet take() {
    takeWhole(above, places(above));
    takeWhole(below, placesBelow());
    if (byCache) {
      takeCaches();
    }
    if (!spread) {
      takeWhole(Cpu::core, cores());
    }
    for (var cpu : spread ? spreadOut() : packed()) {
      if (needed > 0) {
        take(CpuSet.of(cpu));
      }
    }
    return taken;
  }

  private void take(CpuSet cpus) {
    taken = taken.plus(cpus);
    free = free.minus(cpus);
    needed -= cpus.size();
  }

  private List<Cpu> freeCpus() {
    return machine.cpus().stream().filter(cpu -> free.has(cpu.number())).toList();
  }

  /** The free processors of a place. */
  private CpuSet freeIn(ToIntFunction<Cpu> kind, int place) {
    return all(kind, place).and(free);
  }

  private CpuSet all(ToIntFunction<Cpu> kind, int place) {
    return CpuSet.of(
        machine.cpus().stream()
            .filter(cpu -> kind.applyAsInt(cpu) == place)
            .map(Cpu::number)
            .toList());
  }

  /** The places of a kind with free processors, those with the fewest first. */
  private List<Integer> places(ToIntFunction<Cpu> kind) {
    return sorted(kind, freeCpus());
  }

  /** Those of one kind that are within a place of another one. */
  private List<Integer> within(ToIntFunction<Cpu> kind, ToIntFunction<Cpu> outer, int place) {
    return sorted(kind, freeCpus().stream().filter(cpu -> outer.applyAsInt(cpu) == place).toList());
  }

  private List<Integer> sorted(ToIntFunction<Cpu> kind, List<Cpu> cpus) {
    var places = new TreeSet<Integer>();
    cpus.forEach(cpu -> places.add(kind.applyAsInt(cpu)));
    return places.stream()
        .sorted(Comparator.comparingInt(place -> freeIn(kind, place).size()))
        .toList();
  }

  private List<Integer> placesBelow() {
    return nested(places(above), above, below);
  }

  private List<Integer> cores() {
    return nested(placesBelow(), below, Cpu::core);
  }

  private List<Integer> nested(
      List<Integer> places, ToIntFunction<Cpu> outer, ToIntFunction<Cpu> kind) {
    var all = new ArrayList<Integer>();
    places.forEach(place -> all.addAll(within(kind, outer, place)));
    return all.stream().distinct().toList();
  }

  private List<Integer> packed() {
    var all = new ArrayList<Integer>();
    cores().forEach(core -> all.addAll(freeIn(Cpu::core, core).numbers()));
    return all;
  }

  private List<Integer> spreadOut() {
    var sockets = machine.sockets() >= machine.nodesWithCpus() ? placesBelow() : places(above);
    var all = new ArrayList<Integer>();
    sockets.forEach(socket -> all.addAll(freeIn(Cpu::socket, socket).numbers()));
    return all.stream().distinct().toList();
  }

  private void takeWhole(ToIntFunction<Cpu> kind, List<Integer> places) {
    for (var place : places) {
      var whole = all(kind, place);
      if (needed >= whole.size() && freeIn(kind, place).equals(whole)) {
        take(whole);
      }
    }
  }

  private List<Integer> caches() {
    return nested(nodes(), Cpu::node, Cpu::cache);
  }

  private void takeCaches() {
    var cacheSize =
        machine.cpus().size()
            / (int) machine.cpus().stream().mapToInt(Cpu::cache).distinct().count();
    for (var cache : caches()) {
      if (needed >= cacheSize) {
        takeWhole(Cpu::cache, caches());
      }
      if (needed > 0) {
        takePartOf(cache);
      }
    }
  }

  /** Takes all that is needed from one cache, core by core, or nothing. */
  private void takePartOf(int cache) {
    var perCore = machine.cpusPerCore();
    var wanted = (needed + perCore - 1) / perCore;
    var cores = new TreeSet<>(within(Cpu::core, Cpu::cache, cache));
    var cpus = CpuSet.NONE;
    for (var core : cores.stream().limit(wanted).toList()) {
      cpus = cpus.plus(freeIn(Cpu::core, core));
    }
    if (needed % 2 != 0 && perCore > 1 && cpus.size() > needed) {
      cpus = cpus.minus(CpuSet.of(cpus.numbers().getLast()));
    }
    if (cpus.size() == needed) {
      take(cpus);
    }
  }
}
