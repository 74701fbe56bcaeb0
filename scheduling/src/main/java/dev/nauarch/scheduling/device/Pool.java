package dev.nauarch.scheduling.device;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/** The devices of a pool in its newest generation, and what is left of their shared counters. */
final class Pool {

  /** Pools are tried in this order; those whose devices must be made ready first come last. */
  static final Comparator<Pool> ORDER =
      Comparator.<Pool>comparingInt(pool -> pool.hasConditions ? 1 : 0)
          .thenComparing(pool -> pool.key);

  /** Names a pool. */
  record Key(String driver, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      var byDriver = driver.compareTo(other.driver);
      return byDriver != 0 ? byDriver : name.compareTo(other.name);
    }
  }

  private final Key key;
  private final List<Device> devices = new ArrayList<>();
  private final SortedMap<String, SortedMap<String, BigDecimal>> counters = new TreeMap<>();
  private final SortedSet<String> nodes = new TreeSet<>();
  private final Map<String, List<Device>> devicesByNode = new HashMap<>();
  private final Set<DeviceId> names = new HashSet<>();
  private boolean isLocal = true;
  private boolean isIncomplete;
  private String problem = "";
  private boolean hasConditions;
  private SortedMap<String, SortedMap<String, BigDecimal>> left = new TreeMap<>();
  private boolean isLeftKnown;

  /** The newest of these slices, of which older generations are obsolete. */
  Pool(Key key, Collection<Slice> all) {
    this.key = key;
    var newest = all.stream().mapToLong(Slice::generation).max().orElse(0);
    var slices =
        all.stream()
            .filter(slice -> slice.generation() == newest)
            .sorted(Comparator.comparing(Slice::name))
            .toList();
    isIncomplete = slices.isEmpty() || slices.getFirst().slices() != slices.size();
    for (var slice : slices) {
      isLocal &= !slice.node().isEmpty() || slice.devices().isEmpty();
      if (!slice.node().isEmpty()) {
        nodes.add(slice.node());
      }
      add(slice);
    }
    devices.forEach(this::checkCounters);
  }

  private void add(Slice slice) {
    for (var set : slice.counterSets()) {
      if (counters.put(set.name(), set.counters()) != null) {
        problem = "duplicate counter set name " + set.name();
      }
    }
    for (var device : slice.devices()) {
      if (!names.add(device.id())) {
        problem = "duplicate device name " + device.id().device();
      }
      devices.add(device);
      hasConditions |= !device.bindingConditions().isEmpty();
      var reach = device.reach();
      if (!reach.node().isEmpty()) {
        devicesByNode.computeIfAbsent(reach.node(), _ -> new ArrayList<>()).add(device);
      }
    }
  }

  private void checkCounters(Device device) {
    device
        .counters()
        .forEach(
            (set, amounts) -> {
              var known = counters.get(set);
              if (known == null) {
                problem = "counter set " + set + " not found";
              } else {
                amounts.keySet().stream()
                    .filter(counter -> !known.containsKey(counter))
                    .forEach(
                        counter ->
                            problem = "counter " + counter + " not found in counter set " + set);
              }
            });
  }

  Key key() {
    return key;
  }

  /** Whether each device is on one node, which its slice names. */
  boolean isLocal() {
    return isLocal;
  }

  /** Whether devices of it must be made ready before a pod is bound. */
  boolean hasConditions() {
    return hasConditions;
  }

  /** The nodes that its slices name. */
  SortedSet<String> nodes() {
    return nodes;
  }

  /** Whether slices of its newest generation are still to come. */
  boolean isIncomplete() {
    return isIncomplete;
  }

  /** What is wrong with it; empty for nothing. */
  String problem() {
    return problem;
  }

  /** Its devices, by slice and in the order of the driver; of a local pool, those of one node. */
  List<Device> devicesFor(String node) {
    return isLocal ? devicesByNode.getOrDefault(node, List.of()) : devices;
  }

  /** What is used has changed. */
  void touch() {
    isLeftKnown = false;
  }

  /** What is left of its counters by set. */
  SortedMap<String, SortedMap<String, BigDecimal>> left(Usage usage) {
    if (!isLeftKnown) {
      left = new TreeMap<>();
      counters.forEach((set, amounts) -> left.put(set, new TreeMap<>(amounts)));
      for (var device : devices) {
        if (usage.isUsed(device.id())) {
          take(left, device, BigDecimal::subtract);
        }
      }
      isLeftKnown = true;
    }
    return left;
  }

  /** Adds or subtracts what a device takes. */
  static void take(
      SortedMap<String, SortedMap<String, BigDecimal>> amounts,
      Device device,
      BinaryOperator<BigDecimal> operation) {
    device
        .counters()
        .forEach(
            (set, taken) ->
                taken.forEach(
                    (counter, amount) ->
                        amounts
                            .computeIfAbsent(set, _ -> new TreeMap<>())
                            .compute(
                                counter,
                                (_, before) ->
                                    operation.apply(
                                        before == null ? BigDecimal.ZERO : before, amount))));
  }
}
