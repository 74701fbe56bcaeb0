package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.share.Task;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one attempt takes of devices, on top of what is taken already. */
final class Takings {

  private final Usage usage;
  private final Set<DeviceId> taken = new HashSet<>();
  private final Map<DeviceId, List<SortedMap<String, Quantity>>> shares = new HashMap<>();
  private final Map<Pool, SortedMap<String, SortedMap<String, BigDecimal>>> counters =
      new HashMap<>();

  Takings(Usage usage) {
    this.usage = usage;
  }

  /**
   * Whether so much of a device can be had.
   *
   * @param consumed what is wanted of a device that is shared; otherwise without a meaning
   */
  boolean isFree(Device device, SortedMap<String, Quantity> consumed) {
    var id = device.id();
    if (usage.isTaken(id) || taken.contains(id)) {
      return false;
    }
    if (!device.isShared()) {
      return !usage.isShared(id);
    }
    for (var entry : consumed.entrySet()) {
      var all = usage.consumed(id, entry.getKey()).add(Device.number(entry.getValue()));
      for (var other : shares.getOrDefault(id, List.of())) {
        all = all.add(Leftover.number(other, entry.getKey()));
      }
      var whole = Objects.requireNonNull(device.capacity().get(entry.getKey())).getValue();
      if (all.compareTo(Device.number(whole)) > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes a device, or a share of it.
   *
   * @param share null for the device itself
   */
  void take(Device device, @Nullable SortedMap<String, Quantity> share) {
    if (share == null) {
      taken.add(device.id());
    } else {
      shares.computeIfAbsent(device.id(), _ -> new ArrayList<>()).add(share);
    }
  }

  /** Gives back what was taken last of a device. */
  void giveBack(Device device) {
    if (device.isShared()) {
      var shared = Objects.requireNonNull(shares.get(device.id()));
      shared.removeLast();
      if (shared.isEmpty()) {
        shares.remove(device.id());
      }
    } else {
      taken.remove(device.id());
    }
  }

  /** The first to use a device takes what it needs of its pool's counters, for all of them. */
  boolean takesCounters(Device device) {
    return !device.counters().isEmpty()
        && !usage.isUsed(device.id())
        && !shares.containsKey(device.id());
  }

  /** Takes what a device needs of its pool's counters, unless too little of one is left. */
  boolean takeCounters(Pool pool, Device device) {
    var taking = counters.computeIfAbsent(pool, _ -> new TreeMap<>());
    if (!hasCounters(pool, device, taking)) {
      return false;
    }
    Pool.take(taking, device, BigDecimal::add);
    return true;
  }

  /** Gives back what a device needs of its pool's counters. */
  void giveCounters(Pool pool, Device device) {
    Pool.take(Objects.requireNonNull(counters.get(pool)), device, BigDecimal::subtract);
  }

  private boolean hasCounters(
      Pool pool, Device device, SortedMap<String, SortedMap<String, BigDecimal>> taking) {
    var left = pool.left(usage);
    for (var set : device.counters().entrySet()) {
      for (var counter : set.getValue().entrySet()) {
        var wanted = counter.getValue().add(amount(taking, set.getKey(), counter.getKey()));
        if (wanted.compareTo(amount(left, set.getKey(), counter.getKey())) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static BigDecimal amount(
      SortedMap<String, SortedMap<String, BigDecimal>> amounts, String set, String counter) {
    return Optional.ofNullable(amounts.get(set))
        .map(counters -> counters.get(counter))
        .orElse(BigDecimal.ZERO);
  }

  /** What was left of a device before the attempt, in thousandths. */
  int leftBefore(Pool pool, Device device) {
    return left(pool, device, List.of(), new TreeMap<>());
  }

  /** What is left of a device now, in thousandths. */
  int left(Pool pool, Device device) {
    if (taken.contains(device.id())) {
      return 0;
    }
    var ours = shares.getOrDefault(device.id(), List.of());
    return left(pool, device, ours, counters.getOrDefault(pool, new TreeMap<>()));
  }

  private int left(
      Pool pool,
      Device device,
      List<SortedMap<String, Quantity>> ours,
      SortedMap<String, SortedMap<String, BigDecimal>> taking) {
    var id = device.id();
    var isUsed = usage.isUsed(id) || !ours.isEmpty();
    if (usage.isTaken(id) || (!isUsed && !hasCounters(pool, device, taking))) {
      return 0;
    }
    if (device.isShared()) {
      return Leftover.of(device, usage, ours);
    }
    return isUsed ? 0 : Task.WHOLE;
  }
}
