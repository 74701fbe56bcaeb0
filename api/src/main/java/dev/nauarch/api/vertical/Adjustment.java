package dev.nauarch.api.vertical;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an autoscaler's recommendation makes of one pod: within the policy, the LimitRanges of the
 * namespace and, where limits stay, the limits; and limits in the proportion to requests in which
 * they were.
 *
 * @param autoscaler whose recommendation
 * @param bounds what the namespace allows containers
 */
public record Adjustment(VerticalPodAutoscaler autoscaler, LimitBounds bounds) {

  private static final int CPU_DIGITS = 3;

  /** The recommendation for a container as this pod could have it; empty where there is none. */
  public Optional<ContainerRecommendation> recommendation(Container container) {
    var policy = autoscaler.spec().resourcePolicy().of(container.getName());
    var requests = requests(container.getResources());
    var limits = limits(container.getResources());
    return autoscaler.status().containers().stream()
        .filter(each -> each.containerName().equals(container.getName()))
        .findFirst()
        .filter(each -> !policy.isOff())
        .map(
            each ->
                each.map(
                    amounts -> {
                      var fitted = policy.within(bounds.fit(amounts, requests, limits));
                      return policy.keepsLimits() ? below(fitted, limits) : fitted;
                    }));
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
    for (var container : pod.getContainers()) {
      recommendation(container)
          .map(each -> of(container, Amounts.of(each.target())))
          .ifPresent(all::add);
    }
    return all;
  }

  private ContainerResources of(Container container, Amounts target) {
    var policy = autoscaler.spec().resourcePolicy().of(container.getName());
    var limits = Amounts.NONE;
    if (!policy.keepsLimits()) {
      var requested = requests(container.getResources());
      for (var name : target.names()) {
        var limit = limit(name, limits(container.getResources()), bounds.standard());
        if (!limit.isZero() && !target.get(name).isZero()) {
          limits =
              limits.with(name, proportional(name, limit, requested.get(name), target.get(name)));
        }
      }
    }
    return new ContainerResources(container.getName(), target, limits);
  }

  private static Amount proportional(String name, Amount limit, Amount request, Amount target) {
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
    BigDecimal exact =
        amount.value().multiply(times.value()).divide(by.value(), MathContext.DECIMAL64);
    int digits = name.equals("cpu") ? CPU_DIGITS : 0;
    return new Amount(exact.setScale(digits, RoundingMode.FLOOR), amount.form());
  }

  /** What a container asks for. */
  public static Amounts requests(@Nullable ResourceRequirements resources) {
    return Amounts.of(resources == null ? null : resources.getRequests());
  }

  private static Amounts limits(@Nullable ResourceRequirements resources) {
    return Amounts.of(resources == null ? null : resources.getLimits());
  }
}
