package dev.nauarch.scheduling.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * An amount of each resource. Sums saturate instead of overflowing; differences may be negative.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes memory
 * @param storageBytes ephemeral storage
 * @param pods places for pods
 * @param extended every other resource by name; absent means none
 */
public record Amounts(
    long cpuMillis,
    long memoryBytes,
    long storageBytes,
    long pods,
    SortedMap<String, Long> extended) {

  /** Nothing at all. */
  public static final Amounts NONE = new Amounts(0, 0, 0, 0, new TreeMap<>());

  /** Copies the extended resources, without those that are zero. */
  public Amounts {
    var copy = new TreeMap<>(extended);
    copy.values().removeIf(amount -> amount == 0);
    extended = Collections.unmodifiableSortedMap(copy);
  }

  /** The amount of one resource by its Kubernetes name. */
  public long of(String resource) {
    return switch (resource) {
      case "cpu" -> cpuMillis;
      case "memory" -> memoryBytes;
      case "ephemeral-storage" -> storageBytes;
      case "pods" -> pods;
      default -> extended.getOrDefault(resource, 0L);
    };
  }

  /** A copy in which one resource has another amount. */
  public Amounts with(String resource, long amount) {
    return switch (resource) {
      case "cpu" -> new Amounts(amount, memoryBytes, storageBytes, pods, extended);
      case "memory" -> new Amounts(cpuMillis, amount, storageBytes, pods, extended);
      case "ephemeral-storage" -> new Amounts(cpuMillis, memoryBytes, amount, pods, extended);
      case "pods" -> new Amounts(cpuMillis, memoryBytes, storageBytes, amount, extended);
      default -> {
        var changed = new TreeMap<>(extended);
        changed.put(resource, amount);
        yield new Amounts(cpuMillis, memoryBytes, storageBytes, pods, changed);
      }
    };
  }

  /** A copy in which there is nothing of some resources. */
  public Amounts without(Collection<String> resources) {
    var rest = this;
    for (var resource : resources) {
      rest = rest.with(resource, 0);
    }
    return rest;
  }

  /** The sum. */
  public Amounts plus(Amounts other) {
    return combine(other, Amounts::saturatedSum);
  }

  /** The difference, which may be negative. */
  public Amounts minus(Amounts other) {
    return combine(other, (a, b) -> saturatedSum(a, -b));
  }

  /** The larger of each. */
  public Amounts max(Amounts other) {
    return combine(other, Math::max);
  }

  /** This amount so many times. */
  public Amounts times(long count) {
    var many = new TreeMap<String, Long>();
    extended.forEach((name, amount) -> many.put(name, saturatedProduct(amount, count)));
    return new Amounts(
        saturatedProduct(cpuMillis, count),
        saturatedProduct(memoryBytes, count),
        saturatedProduct(storageBytes, count),
        saturatedProduct(pods, count),
        many);
  }

  /** The names of the resources of which there is some, in a fixed order. */
  public List<String> names() {
    var names = new ArrayList<String>();
    for (var name : List.of("cpu", "memory", "ephemeral-storage", "pods")) {
      if (of(name) != 0) {
        names.add(name);
      }
    }
    names.addAll(extended.keySet());
    return names;
  }

  /** The resources of which this asks for more than is there; zero is always there. */
  public List<String> lackingIn(Amounts free) {
    var lacking = new ArrayList<String>();
    for (var name : names()) {
      var wanted = of(name);
      if (wanted > 0 && wanted > free.of(name)) {
        lacking.add(name);
      }
    }
    return lacking;
  }

  /** Whether all of this is there. */
  public boolean fitsIn(Amounts free) {
    if ((cpuMillis > 0 && cpuMillis > free.cpuMillis)
        || (memoryBytes > 0 && memoryBytes > free.memoryBytes)
        || (storageBytes > 0 && storageBytes > free.storageBytes)
        || (pods > 0 && pods > free.pods)) {
      return false;
    }
    for (var entry : extended.entrySet()) {
      if (entry.getValue() > 0 && entry.getValue() > free.of(entry.getKey())) {
        return false;
      }
    }
    return true;
  }

  private Amounts combine(Amounts other, LongBinaryOperator operator) {
    var all = extended;
    if (!extended.isEmpty() || !other.extended.isEmpty()) {
      var names = new TreeMap<>(extended);
      other.extended.forEach((name, ignored) -> names.putIfAbsent(name, 0L));
      names.replaceAll(
          (name, amount) -> operator.applyAsLong(amount, other.extended.getOrDefault(name, 0L)));
      all = names;
    }
    return new Amounts(
        operator.applyAsLong(cpuMillis, other.cpuMillis),
        operator.applyAsLong(memoryBytes, other.memoryBytes),
        operator.applyAsLong(storageBytes, other.storageBytes),
        operator.applyAsLong(pods, other.pods),
        all);
  }

  private static long saturatedSum(long a, long b) {
    var sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      return a < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE;
    }
    return sum;
  }

  private static long saturatedProduct(long a, long count) {
    return Math.multiplyHigh(a, count) == 0 && a * count >= 0 ? a * count : Long.MAX_VALUE;
  }
}
