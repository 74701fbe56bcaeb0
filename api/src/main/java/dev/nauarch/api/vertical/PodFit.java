package dev.nauarch.api.vertical;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings what is recommended for the containers of a pod within what the namespace allows them
 * together: all of them grow or shrink by the same factor.
 *
 * @param containers those of the pod, with what they ask for now
 * @param policy which of them keep their limits
 * @param bounds what the namespace allows
 */
record PodFit(List<Container> containers, ResourcePolicy policy, NamespaceBounds bounds) {

  /**
   * What all containers have together of a resource.
   *
   * @param byContainer what follows the recommendation, by container
   * @param fixed what does not
   */
  private record Sum(SortedMap<String, Amount> byContainer, Amount fixed) {

    Amount moving() {
      return byContainer.values().stream().reduce(Amount.ZERO, Amount::plus);
    }

    Amount total() {
      return fixed.plus(moving());
    }
  }

  /** What is recommended, by container, as the pod could have it. */
  SortedMap<String, Amounts> fit(SortedMap<String, Amounts> recommended) {
    var names = new TreeSet<>(bounds.pods().min().names());
    names.addAll(bounds.pods().max().names());
    var fitted = recommended;
    for (var name : names) {
      fitted = fit(name, fitted);
    }
    return fitted;
  }

  private SortedMap<String, Amounts> fit(String name, SortedMap<String, Amounts> recommended) {
    var min = bounds.pods().min().get(name);
    var max = bounds.pods().max().find(name);
    var requests = requests(name, recommended);
    if (requests.total().isLessThan(min)) {
      return brought(name, recommended, requests, min, RoundingMode.CEILING);
    }
    var limits = limits(name, recommended);
    if (limits.total().isLessThan(min)) {
      return brought(name, recommended, limits, min, RoundingMode.CEILING);
    }
    return max.filter(limits.total()::isMoreThan)
        .map(most -> brought(name, recommended, limits, most, RoundingMode.FLOOR))
        .orElse(recommended);
  }

  private static Optional<Amount> recommended(
      String name, SortedMap<String, Amounts> recommended, Container container) {
    return Optional.ofNullable(recommended.get(container.getName()))
        .flatMap(each -> each.find(name));
  }

  private Sum requests(String name, SortedMap<String, Amounts> recommended) {
    var byContainer = new TreeMap<String, Amount>();
    var fixed = Amount.ZERO;
    for (var container : containers) {
      var wanted = recommended(name, recommended, container);
      if (wanted.isPresent()) {
        byContainer.put(container.getName(), wanted.get());
      } else {
        fixed = fixed.plus(Adjustment.requests(container.getResources()).get(name));
      }
    }
    return new Sum(byContainer, fixed);
  }

  private Sum limits(String name, SortedMap<String, Amounts> recommended) {
    var byContainer = new TreeMap<String, Amount>();
    var fixed = Amount.ZERO;
    for (var container : containers) {
      var limits = Adjustment.limits(container.getResources());
      var limit = Adjustment.limit(name, limits, bounds.containers().standard());
      var wanted = recommended(name, recommended, container);
      if (limit.isZero()) {
        continue;
      }
      if (wanted.isPresent() && !policy.of(container.getName()).keepsLimits()) {
        var request = Adjustment.requests(container.getResources()).get(name);
        byContainer.put(
            container.getName(), Adjustment.proportional(name, limit, request, wanted.get()));
      } else {
        fixed = fixed.plus(limit);
      }
    }
    return new Sum(byContainer, fixed);
  }

  private static SortedMap<String, Amounts> brought(
      String name,
      SortedMap<String, Amounts> recommended,
      Sum from,
      Amount to,
      RoundingMode rounding) {
    var moving = from.moving();
    var wanted = to.minus(from.fixed());
    if (moving.isZero() || !wanted.isMoreThan(Amount.ZERO)) {
      return recommended;
    }
    var brought = new TreeMap<>(recommended);
    for (var container : from.byContainer().keySet()) {
      brought.computeIfPresent(
          container,
          (_, amounts) ->
              amounts.with(
                  name, Adjustment.scaled(name, amounts.get(name), wanted, moving, rounding)));
    }
    return brought;
  }
}
