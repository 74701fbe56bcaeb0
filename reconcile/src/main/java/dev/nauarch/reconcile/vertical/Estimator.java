package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.ContainerPolicy;
import dev.nauarch.api.vertical.ContainerRecommendation;
import dev.nauarch.api.vertical.ResourcePolicy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What containers should ask for: the 90th percentile of what they use and 15 % more. The bounds
 * are the 50th and the 95th percentile, wider apart the less is known; and a pod has at least 25m
 * and 250Mi.
 */
final class Estimator {

  private static final double MARGIN = 0.15;
  private static final double TARGET = 0.9;
  private static final double LOWER = 0.5;
  private static final double UPPER = 0.95;
  private static final long CPU_LEAST_MILLIS = 25;
  private static final long MEMORY_LEAST_BYTES = 250L << 20;
  private static final long MOST = 100_000_000_000_000L;
  private static final int MILLI_DIGITS = 3;

  private Estimator() {}

  /** What is recommended, by container; nothing for containers of which nothing is known. */
  static List<ContainerRecommendation> all(
      SortedMap<String, ContainerUsage> usageByContainer, ResourcePolicy policy) {
    var wanted =
        usageByContainer.entrySet().stream()
            .filter(each -> !each.getValue().isEmpty())
            .filter(each -> !policy.of(each.getKey()).isOff())
            .toList();
    var all = new ArrayList<ContainerRecommendation>();
    for (var each : wanted) {
      var name = each.getKey();
      all.add(of(name, each.getValue(), policy.of(name), wanted.size()));
    }
    return all;
  }

  private static ContainerRecommendation of(
      String container, ContainerUsage usage, ContainerPolicy policy, int containers) {
    double confidence = usage.confidence();
    var target = amounts(usage, TARGET, 1, policy, containers);
    var lower = Math.pow(1 + 0.001 / confidence, -2);
    return new ContainerRecommendation(
        container,
        policy.within(target).quantities(),
        policy.within(amounts(usage, LOWER, lower, policy, containers)).quantities(),
        policy.within(amounts(usage, UPPER, 1 + 1 / confidence, policy, containers)).quantities(),
        target.quantities());
  }

  private static Amounts amounts(
      ContainerUsage usage, double part, double factor, ContainerPolicy policy, int containers) {
    var amounts = Amounts.NONE;
    for (var name : policy.controlled()) {
      var isCpu = name.equals("cpu");
      var used = isCpu ? usage.cpu().percentile(part) * 1000 : usage.memory().percentile(part);
      long least = (isCpu ? CPU_LEAST_MILLIS : MEMORY_LEAST_BYTES) / containers;
      long amount = Math.max(least, scaled(withMargin((long) used), factor));
      var exact = BigDecimal.valueOf(amount, isCpu ? MILLI_DIGITS : 0);
      amounts = amounts.with(name, new Amount(exact, Amount.Form.DECIMAL));
    }
    return amounts;
  }

  private static long withMargin(long amount) {
    return amount + (long) (amount * MARGIN);
  }

  private static long scaled(long amount, double factor) {
    return amount * factor >= MOST ? MOST : (long) (amount * factor);
  }
}
