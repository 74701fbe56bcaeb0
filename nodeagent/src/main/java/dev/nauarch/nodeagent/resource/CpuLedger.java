package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import dev.nauarch.nodeagent.lifecycle.QosClass;
import dev.nauarch.nodeagent.resource.CpuOptions.Option;
import dev.nauarch.nodeagent.resource.MachineTopology.Cpu;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which containers have processors for themselves: those that ask for whole ones, in pods of which
 * every container asks for exactly its limits. All others share what is left.
 */
public final class CpuLedger implements ResourceLedger {
  private final MachineTopology machine;
  private final CpuOptions options;
  private final SortedMap<String, SortedMap<String, CpuSet>> byPod = new TreeMap<>();

  /**
   * For a machine.
   *
   * @param before what containers have already, by pod and name
   * @throws IllegalArgumentException where that does not fit the machine or the options
   */
  public CpuLedger(
      MachineTopology machine, CpuOptions options, Map<String, Map<String, CpuSet>> before) {
    this.machine = machine;
    this.options = options;
    if (!machine.all().plus(options.reserved()).equals(machine.all())) {
      throw new IllegalArgumentException(
          "the reserved processors "
              + options.reserved()
              + " are not all among the machine's, which are "
              + machine.all());
    }
    if (options.has(Option.ALIGN_BY_SOCKET) && machine.sockets() > machine.nodesWithCpus()) {
      throw new IllegalArgumentException(
          "Align by socket is not compatible with hardware where number of sockets are more than"
              + " number of NUMA");
    }
    before.forEach(this::restore);
  }

  private void restore(String pod, Map<String, CpuSet> byContainer) {
    if (!options.exclusive()) {
      throw new IllegalArgumentException(
          "pod " + pod + " has processors for itself, and the policy gives none");
    }
    for (var each : byContainer.entrySet()) {
      var cpus = each.getValue();
      if (!cpus.minus(machine.all().minus(options.reserved())).isEmpty()) {
        throw new IllegalArgumentException(
            "pod %s, container %s has the processors %s, of which not all can be given"
                .formatted(pod, each.getKey(), cpus));
      }
      if (byPod.entrySet().stream()
          .filter(other -> !other.getKey().equals(pod))
          .flatMap(other -> other.getValue().values().stream())
          .anyMatch(cpus::meets)) {
        throw new IllegalArgumentException(
            "pod %s, container %s has the processors %s, and another pod has some of them too"
                .formatted(pod, each.getKey(), cpus));
      }
    }
    byPod.put(pod, new TreeMap<>(byContainer));
  }

  /** What containers have for themselves, by pod and name. */
  public SortedMap<String, SortedMap<String, CpuSet>> assignments() {
    var copy = new TreeMap<String, SortedMap<String, CpuSet>>();
    byPod.forEach((pod, byContainer) -> copy.put(pod, new TreeMap<>(byContainer)));
    return copy;
  }

  /** What a container has for itself. */
  public Optional<CpuSet> of(String podUid, String container) {
    return Optional.ofNullable(byPod.getOrDefault(podUid, new TreeMap<>()).get(container));
  }

  private CpuSet taken() {
    return byPod.values().stream()
        .flatMap(byContainer -> byContainer.values().stream())
        .reduce(CpuSet.NONE, CpuSet::plus);
  }

  /** What those run on that have none for themselves. */
  public CpuSet shared() {
    var left = machine.all().minus(taken());
    return options.has(Option.STRICT_CPU_RESERVATION) ? left.minus(options.reserved()) : left;
  }

  /** What could be given to containers for themselves, were none given. */
  public CpuSet allocatable() {
    return machine.all().minus(options.reserved());
  }

  private CpuSet free() {
    return allocatable().minus(taken());
  }

  /** How many processors a container gets for itself. */
  private int wanted(Pod pod, Container container) {
    var own = pod.getSpec().getResources();
    var podLevel = own != null && (!own.getRequests().isEmpty() || !own.getLimits().isEmpty());
    var resources = container.getResources();
    if (!options.exclusive()
        || podLevel
        || resources == null
        || QosClass.of(pod) != QosClass.GUARANTEED) {
      return 0;
    }
    var requests = resources.getRequests();
    var quantity = requests == null ? null : requests.get("cpu");
    if (quantity == null && resources.getLimits() != null) {
      quantity = resources.getLimits().get("cpu");
    }
    if (quantity == null) {
      return 0;
    }
    var amount = quantity.getNumericalAmount();
    var whole = amount.remainder(BigDecimal.ONE).signum() == 0;
    return whole ? amount.intValue() : 0;
  }

  /** The processors of a pod's ordinary init containers that none after them has taken. */
  private CpuSet reusable(Pod pod) {
    var passing = PodContainers.passing(pod);
    var reusable = CpuSet.NONE;
    var kept = CpuSet.NONE;
    for (var each : byPod.getOrDefault(uid(pod), new TreeMap<>()).entrySet()) {
      if (passing.contains(each.getKey())) {
        reusable = reusable.plus(each.getValue());
      } else {
        kept = kept.plus(each.getValue());
      }
    }
    return reusable.minus(kept);
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  @Override
  public List<List<Hint>> hints(Pod pod, Container container) {
    var wanted = wanted(pod, container);
    if (wanted == 0) {
      return List.of();
    }
    var held = of(uid(pod), container.getName());
    if (held.isPresent()) {
      return List.of(
          held.get().size() == wanted ? hints(held.get(), CpuSet.NONE, wanted) : Hint.nowhere());
    }
    return List.of(hints(free(), reusable(pod), wanted));
  }

  @Override
  public List<List<Hint>> hints(Pod pod) {
    var wanted = (int) PodContainers.atOnce(pod, container -> wanted(pod, container));
    if (wanted == 0) {
      return List.of();
    }
    var held =
        byPod.getOrDefault(uid(pod), new TreeMap<>()).values().stream()
            .reduce(CpuSet.NONE, CpuSet::plus);
    return List.of(
        held.size() == wanted
            ? hints(held, CpuSet.NONE, wanted)
            : hints(free(), reusable(pod).plus(held), wanted));
  }

  private CpuSet on(NumaNodes nodes) {
    return CpuSet.of(
        machine.cpus().stream().filter(cpu -> nodes.has(cpu.node())).map(Cpu::number).toList());
  }

  private int sockets(NumaNodes nodes) {
    return (int)
        machine.cpus().stream()
            .filter(cpu -> nodes.has(cpu.node()))
            .mapToInt(Cpu::socket)
            .distinct()
            .count();
  }

  private List<Hint> hints(CpuSet available, CpuSet reusable, int wanted) {
    var nodes = NumaNodes.of(new TreeSet<>(machine.cpus().stream().map(Cpu::node).toList()));
    var all = available.plus(reusable);
    var hints =
        Hint.over(
            nodes,
            some -> on(some).size() >= wanted,
            some -> reusable.minus(on(some)).isEmpty() && all.and(on(some)).size() >= wanted);
    return options.has(Option.ALIGN_BY_SOCKET) ? socketAligned(hints, nodes, wanted) : hints;
  }

  /** Hints of which those count as preferred, too, that are in no more sockets than need be. */
  private List<Hint> socketAligned(List<Hint> hints, NumaNodes nodes, int wanted) {
    var least = new int[] {nodes.size()};
    nodes.forEachSubset(
        some -> {
          if (on(some).size() >= wanted) {
            least[0] = Math.min(least[0], some.size());
          }
        });
    var perSocket = machine.nodesWithCpus() / machine.sockets();
    var sockets = (least[0] + perSocket - 1) / perSocket;
    var aligned = new ArrayList<Hint>();
    for (var hint : hints) {
      var near = hint.nodes().filter(some -> sockets(some) == sockets).isPresent();
      aligned.add(near ? new Hint(hint.nodes(), true) : hint);
    }
    return aligned;
  }

  @Override
  public Optional<Refusal> reserve(Pod pod, Container container, Optional<NumaNodes> near) {
    var wanted = wanted(pod, container);
    if (wanted == 0 || of(uid(pod), container.getName()).isPresent()) {
      return Optional.empty();
    }
    var misaligned = misaligned(wanted);
    if (misaligned.isPresent()) {
      return misaligned;
    }
    try {
      var free = free().plus(reusable(pod));
      var given = CpuSet.NONE;
      if (near.isPresent()) {
        var aligned = aligned(near.get()).and(free);
        given = take(aligned, Math.min(wanted, aligned.size()));
      }
      given = given.plus(take(free.minus(given), wanted - given.size()));
      byPod.computeIfAbsent(uid(pod), each -> new TreeMap<>()).put(container.getName(), given);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(Refusals.unexpected(String.valueOf(e.getMessage())));
    }
  }

  private Optional<Refusal> misaligned(int wanted) {
    if (!options.has(Option.FULL_PCPUS_ONLY)) {
      return Optional.empty();
    }
    var perCore = machine.cpusPerCore();
    if (wanted % perCore != 0) {
      return Optional.of(Refusals.partOfCore(wanted, perCore));
    }
    var cores = new TreeSet<Integer>();
    machine.cpus().stream()
        .filter(cpu -> options.reserved().has(cpu.number()))
        .forEach(cpu -> cores.add(cpu.core()));
    var whole =
        (int)
            machine.cpus().stream()
                .filter(cpu -> !cores.contains(cpu.core()) && shared().has(cpu.number()))
                .count();
    return wanted > whole
        ? Optional.of(Refusals.fewCores(whole, wanted, perCore))
        : Optional.empty();
  }

  private CpuSet aligned(NumaNodes near) {
    if (!options.has(Option.ALIGN_BY_SOCKET)) {
      return on(near);
    }
    var sockets = new TreeSet<Integer>();
    machine.cpus().stream()
        .filter(cpu -> near.has(cpu.node()))
        .forEach(cpu -> sockets.add(cpu.socket()));
    return CpuSet.of(
        machine.cpus().stream()
            .filter(cpu -> sockets.contains(cpu.socket()))
            .map(Cpu::number)
            .toList());
  }

  private CpuSet take(CpuSet free, int count) {
    if (count == 0) {
      return CpuSet.NONE;
    }
    if (options.has(Option.DISTRIBUTE_CPUS_ACROSS_NUMA)) {
      var group = options.has(Option.FULL_PCPUS_ONLY) ? machine.cpusPerCore() : 1;
      return CpuSpread.take(machine, free, count, group, options.has(Option.ALIGN_BY_SOCKET));
    }
    return CpuTaker.take(
        machine,
        free,
        count,
        options.has(Option.DISTRIBUTE_CPUS_ACROSS_CORES),
        options.has(Option.PREFER_ALIGN_CPUS_BY_UNCORECACHE));
  }

  @Override
  public void release(String podUid) {
    byPod.remove(podUid);
  }

  @Override
  public Set<String> holders() {
    return new TreeSet<>(byPod.keySet());
  }
}
