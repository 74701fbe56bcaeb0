package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.math.BigDecimal;

/** The rules of how much of a capacity of a device one claim may take. */
final class CapacityRules {

  private static final int OPTIONS_MAX = 10;

  private CapacityRules() {}

  /**
   * Checks a capacity.
   *
   * @param isShared whether several claims may have the device at once
   */
  static void check(Problems problems, Field capacity, boolean isShared) {
    var policy = capacity.at("requestPolicy");
    if (!policy.isPresent()) {
      return;
    }
    if (!isShared) {
      problems.forbidden(policy, "allowMultipleAllocations must be true");
      return;
    }
    var options = policy.at("validValues");
    var range = policy.at("validRange");
    var byDefault = policy.at("default");
    if (!options.isEmpty() && range.isPresent()) {
      problems.forbidden(
          policy,
          "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\""
              + " at the same time");
    } else if (!options.isEmpty()) {
      if (byDefault.isPresent()) {
        options(problems, options, byDefault, capacity.at("value"));
      } else {
        problems.required(byDefault, "required when validValues is defined");
      }
    } else if (range.isPresent()) {
      if (byDefault.isPresent()) {
        range(problems, range, byDefault, capacity.at("value"));
      } else {
        problems.required(byDefault, "required when validRange is defined");
      }
    }
  }

  private static void options(Problems problems, Field options, Field byDefault, Field whole) {
    var values = options.items();
    for (int i = 1; i < values.size(); i++) {
      if (isLess(values.get(i), values.get(i - 1))) {
        problems.invalid(values.get(i), "values must be sorted in ascending order");
      }
    }
    Lists.set(
        problems,
        options,
        OPTIONS_MAX,
        each -> each.quantity().stripTrailingZeros().toPlainString(),
        each -> {
          if (isLess(whole, each)) {
            problems.invalid(each, "option is larger than capacity value: " + text(whole));
          }
        });
    if (values.stream().noneMatch(each -> each.quantity().compareTo(byDefault.quantity()) == 0)) {
      problems.invalid(
          options, byDefault.shown(), "default value is not valid according to the requestPolicy");
    }
  }

  private static void range(Problems problems, Field range, Field byDefault, Field whole) {
    var min = range.at("min");
    var max = range.at("max");
    if (!min.isPresent()) {
      problems.required(min, "required when validRange is defined");
      return;
    }
    if (isLess(whole, min)) {
      problems.invalid(min, "min is larger than capacity value: " + text(whole));
    }
    if (isLess(byDefault, min)) {
      problems.invalid(
          range.at("default"), byDefault.shown(), "default is less than min: " + text(min));
    }
    if (max.isPresent()) {
      if (isLess(max, min)) {
        problems.invalid(max, min.shown(), "min is larger than max: " + text(max));
      }
      if (isLess(whole, max)) {
        problems.invalid(max, "max is larger than capacity value: " + text(whole));
      }
      if (isLess(max, byDefault)) {
        problems.invalid(
            range.at("default"), byDefault.shown(), "default is more than max: " + text(max));
      }
    }
    if (range.at("step").isPresent()) {
      step(problems, range, byDefault, whole);
    }
  }

  private static void step(Problems problems, Field range, Field byDefault, Field whole) {
    var step = range.at("step");
    if (step.quantity().signum() <= 0) {
      problems.invalid(step, "must be greater than zero");
      return;
    }
    var min = range.at("min");
    var next = min.quantity().add(step.quantity());
    if (next.compareTo(whole.quantity()) > 0) {
      problems.invalid(
          step,
          "one step "
              + next.stripTrailingZeros().toPlainString()
              + " is larger than capacity value: "
              + text(whole));
    }
    multiple(problems, step, byDefault, min);
    if (range.at("max").isPresent()) {
      multiple(problems, step, range.at("max"), min);
    }
  }

  private static void multiple(Problems problems, Field step, Field value, Field min) {
    BigDecimal above = value.quantity().subtract(min.quantity());
    if (above.remainder(step.quantity()).signum() != 0) {
      problems.invalid(
          step,
          value.shown(),
          "value is not a multiple of a given step (" + text(step) + ") from (" + text(min) + ")");
    }
  }

  private static boolean isLess(Field one, Field other) {
    return one.quantity().compareTo(other.quantity()) < 0;
  }

  private static String text(Field amount) {
    return amount.node().asString("");
  }
}
