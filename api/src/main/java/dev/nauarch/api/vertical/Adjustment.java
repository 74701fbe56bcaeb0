package dev.nauarch.api.vertical;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an autoscaler's recommendation makes of one pod: within the policy, the LimitRanges of the
 * namespace and, where limits stay, the limits; and limits in the proportion to requests in which
 * they were.
 *
 * @param autoscaler whose recommendation
 * @param bounds what the namespace allows
 */
public record Adjustment(VerticalPodAutoscaler autoscaler, NamespaceBounds bounds) {

  private static final int CPU_DIGITS = 3;

  /** The recommendations for containers of one pod as it could have them, by container. */
  public SortedMap<String, ContainerRecommendation> recommendations(List<Container> containers) {
    var policy = autoscaler.spec().resourcePolicy();
    var all = new TreeMap<String, ContainerRecommendation>();
    for (var container : containers) {
      autoscaler.status().containers().stream()
          .filter(each -> each.containerName().equals(container.getName()))
          .findFirst()
          .filter(each -> !policy.of(container.getName()).isOff())
          .ifPresent(each -> all.put(container.getName(), each));
    }
    var targets = fitted(containers, all, ContainerRecommendation::target);
    var lower = fitted(containers, all, ContainerRecommendation::lowerBound);
    var upper = fitted(containers, all, ContainerRecommendation::upperBound);
    all.replaceAll(
        (name, each) ->
            new ContainerRecommendation(
                name,
                targets.getOrDefault(name, Amounts.NONE).quantities(),
                lower.getOrDefault(name, Amounts.NONE).quantities(),
                upper.getOrDefault(name, Amounts.NONE).quantities(),
                each.uncappedTarget()));
    return all;
  }

  /** One part of the recommendations, by container: within the bounds of pods, then of others. */
  private SortedMap<String, Amounts> fitted(
      List<Container> containers,
      SortedMap<String, ContainerRecommendation> recommendations,
      Function<ContainerRecommendation, Map<String, Quantity>> part) {
    var amounts = new TreeMap<String, Amounts>();
    recommendations.forEach((name, each) -> amounts.put(name, Amounts.of(part.apply(each))));
    var policy = autoscaler.spec().resourcePolicy();
    var fitted = new TreeMap<>(new PodFit(containers, policy, bounds).fit(amounts));
    for (var container : containers) {
      fitted.computeIfPresent(container.getName(), (_, each) -> fitted(container, each));
    }
    return fitted;
  }

  private Amounts fitted(Container container, Amounts amounts) {
    var policy = autoscaler.spec().resourcePolicy().of(container.getName());
    var limits = limits(container.getResources());
    var requests = requests(container.getResources());
    var fitted = policy.within(bounds.containers().fit(amounts, requests, limits));
    return policy.keepsLimits() ? below(fitted, limits) : fitted;
  }

  private static Amounts below(Amounts amounts, Amounts limits) {
    var below = amounts;
    for (var name : amounts.names()) {
      var amount = amounts.get(name);
      below = below.with(name, limits.find(name).filter(amount::isMoreThan).orElse(amount));
    }
    return below;
  }

  /** What the containers of a pod are to ask for; those that change. */
  public List<ContainerResources> of(PodSpec pod) {
    var all = new ArrayList<ContainerResources>();
    var recommendations = recommendations(pod.getContainers());
    for (var container : pod.getContainers()) {
      var found = recommendations.get(container.getName());
      if (found != null) {
        all.add(of(container, Amounts.of(found.target())));
      }
    }
    return all;
  }

  private ContainerResources of(Container container, Amounts target) {
    var policy = autoscaler.spec().resourcePolicy().of(container.getName());
    var limits = Amounts.NONE;
    if (!policy.keepsLimits()) {
      var requested = requests(container.getResources());
      for (var name : target.names()) {
        var limit = limit(name, limits(container.getResources()), bounds.containers().standard());
        if (!limit.isZero() && !target.get(name).isZero()) {
          limits =
              limits.with(name, proportional(name, limit, requested.get(name), target.get(name)));
        }
      }
    }
    return new ContainerResources(container.getName(), target, limits);
  }

  /** A limit in the proportion to a target in which it was to the request. */
  static Amount proportional(String name, Amount limit, Amount request, Amount target) {
    return request.isZero() || request.compareTo(limit) == 0
        ? target
        : scaled(name, limit, target, request);
  }

  /** A limit, or that which a container has that states none. */
  static Amount limit(String name, Amounts limits, Amounts standard) {
    return limits.find(name).filter(each -> !each.isZero()).orElseGet(() -> standard.get(name));
  }

  /** An amount times one by another, rounded down to what a resource is counted in. */
  static Amount scaled(String name, Amount amount, Amount times, Amount by) {
    return scaled(name, amount, times, by, RoundingMode.FLOOR);
  }

  /** The same, rounded in any way. */
  static Amount scaled(String name, Amount amount, Amount times, Amount by, RoundingMode rounding) {
    BigDecimal exact =
        amount.value().multiply(times.value()).divide(by.value(), MathContext.DECIMAL64);
    int digits = name.equals("cpu") ? CPU_DIGITS : 0;
    return new Amount(exact.setScale(digits, rounding), amount.form());
  }

  /** What a container asks for. */
  public static Amounts requests(@Nullable ResourceRequirements resources) {
    return Amounts.of(resources == null ? null : resources.getRequests());
  }

  /** The limits of a container. */
  static Amounts limits(@Nullable ResourceRequirements resources) {
    return Amounts.of(resources == null ? null : resources.getLimits());
  }
}
