package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Amounts of resources by name. Operations give new ones.
 *
 * @param byName the amounts
 */
public record Amounts(SortedMap<String, Amount> byName) {

  /** No resources. */
  public static final Amounts NONE = new Amounts(new TreeMap<>());

  /** One resource. */
  public static Amounts of(String name, Amount amount) {
    var all = new TreeMap<String, Amount>();
    all.put(name, amount);
    return new Amounts(all);
  }

  /** The amounts of a model; none for null. */
  public static Amounts of(@Nullable Map<String, Quantity> quantities) {
    if (quantities == null || quantities.isEmpty()) {
      return NONE;
    }
    var all = new TreeMap<String, Amount>();
    quantities.forEach((name, quantity) -> all.put(name, Amount.parse(quantity.toString())));
    return new Amounts(all);
  }

  /** The amounts as a model has them. */
  public Map<String, Quantity> quantities() {
    var all = new TreeMap<String, Quantity>();
    byName.forEach((name, amount) -> all.put(name, Quantity.parse(amount.toString())));
    return all;
  }

  /** Their names. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** One amount. */
  public Optional<Amount> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** One amount, nothing where it is not there. */
  public Amount get(String name) {
    return byName.getOrDefault(name, Amount.ZERO);
  }

  /** These, with one set. */
  public Amounts with(String name, Amount amount) {
    var all = new TreeMap<>(byName);
    all.put(name, amount);
    return new Amounts(all);
  }

  /** These, others' in place of those of the same name. */
  public Amounts overlaidBy(Amounts others) {
    return merged(others, (mine, other) -> other);
  }

  /** The sums. */
  public Amounts plus(Amounts others) {
    return merged(others, Amount::plus);
  }

  /** The greater ones. */
  public Amounts max(Amounts others) {
    return merged(others, Amount::max);
  }

  private Amounts merged(Amounts others, BinaryOperator<Amount> both) {
    if (others.byName.isEmpty()) {
      return this;
    }
    var all = new TreeMap<>(byName);
    others.byName.forEach((name, amount) -> all.merge(name, amount, both));
    return new Amounts(all);
  }

  /** By how much these are more than others. */
  public Amounts above(Amounts others) {
    var more = new TreeMap<String, Amount>();
    byName.forEach(
        (name, amount) -> more.put(name, Amount.ZERO.max(amount.minus(others.get(name)))));
    return new Amounts(more).withoutZeros();
  }

  /** Those of these names. */
  public Amounts only(Collection<String> names) {
    var some = new TreeMap<>(byName);
    some.keySet().retainAll(Set.copyOf(names));
    return new Amounts(some);
  }

  /** Those that are not nothing. */
  public Amounts withoutZeros() {
    var some = new TreeMap<>(byName);
    some.values().removeIf(Amount::isZero);
    return new Amounts(some);
  }

  /** The names of those that are more than a limit; what has no limit is not. */
  public Set<String> exceeding(Amounts limits) {
    return byName.entrySet().stream()
        .filter(
            mine ->
                limits
                    .find(mine.getKey())
                    .filter(l -> mine.getValue().compareTo(l) > 0)
                    .isPresent())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(java.util.TreeSet::new));
  }

  /** Whether the same names have the same amounts, however those are written. */
  public boolean isSameAs(Amounts others) {
    return names().equals(others.names())
        && byName.entrySet().stream()
            .allMatch(mine -> mine.getValue().compareTo(others.get(mine.getKey())) == 0);
  }

  /** For example {@code cpu=1,pods=2}. */
  @Override
  public String toString() {
    return byName.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
