package dev.nauarch.reconcile.quota;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.Counting;
import dev.nauarch.api.quota.Scope;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Adds up what the objects of a namespace take.
 *
 * @param world the objects
 * @param namespace the namespace
 * @param scopes what an object must be to be counted
 * @param now the present
 */
record QuotaUsage(Snapshot world, String namespace, List<Scope> scopes, Instant now) {

  /** The kinds that are looked at; of others, the number is enough. */
  static final List<Resource<?>> LOOKED_AT =
      List.of(Resources.PODS, Resources.SERVICES, Resources.PERSISTENT_VOLUME_CLAIMS);

  static QuotaUsage of(ResourceQuota quota, Snapshot world, Instant now) {
    return new QuotaUsage(
        world, quota.getMetadata().getNamespace(), Scope.of(quota.getSpec()), now);
  }

  /** What is used of these names; nothing is said of names that nobody counts. */
  Amounts sum(Collection<String> names) {
    var sum = Amounts.NONE;
    for (var resource : LOOKED_AT) {
      sum = sum.plus(lookedAt(resource, names));
    }
    for (var resource : world.resources()) {
      if (resource.namespaced() && !isLookedAt(resource)) {
        sum = sum.plus(numbered(resource, names));
      }
    }
    return sum;
  }

  private static boolean isLookedAt(Resource<?> resource) {
    return LOOKED_AT.stream()
        .anyMatch(
            each ->
                each.group().equals(resource.group()) && each.plural().equals(resource.plural()));
  }

  private <T extends HasMetadata> Amounts lookedAt(Resource<T> resource, Collection<String> names) {
    return countingOf(resource)
        .map(counting -> add(counting, resource, names))
        .orElse(Amounts.NONE);
  }

  @SuppressWarnings("unchecked") // these kinds are counted by their own models
  private static <T extends HasMetadata> Optional<Counting<T>> countingOf(Resource<T> resource) {
    return Counting.of(resource.group(), resource.plural())
        .filter(counting -> counting.type() == resource.type())
        .map(counting -> (Counting<T>) counting);
  }

  private <T extends HasMetadata> Amounts add(
      Counting<T> counting, Resource<T> resource, Collection<String> names) {
    var counted = counting.counted(names);
    var sum = zeros(counted);
    if (counted.isEmpty()) {
      return sum;
    }
    for (var object : world.list(resource, namespace)) {
      if (counting.isIn(scopes, object)) {
        sum = sum.plus(counting.usage(object, now).only(counted));
      }
    }
    return sum;
  }

  /** Objects that are counted by number are in no scope. */
  private Amounts numbered(Resource<?> resource, Collection<String> names) {
    var counted =
        Counting.of(resource.group(), resource.plural())
            .map(counting -> counting.counted(names))
            .orElseGet(TreeSet::new);
    if (counted.isEmpty() || !scopes.isEmpty()) {
      return zeros(counted);
    }
    var number = Amount.of(world.list(resource, namespace).size());
    var sum = Amounts.NONE;
    for (var name : counted) {
      sum = sum.with(name, number);
    }
    return sum;
  }

  private static Amounts zeros(Collection<String> names) {
    var zeros = Amounts.NONE;
    for (var name : names) {
      zeros = zeros.with(name, Amount.ZERO);
    }
    return zeros;
  }
}
