package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashSet;

/** The conditions that a device must have, and must not have, before its pod is bound. */
final class BindingRules {

  private static final int CONDITIONS_MAX = 4;

  private BindingRules() {}

  static void check(Problems problems, Field holder) {
    var good = holder.at("bindingConditions");
    var bad = holder.at("bindingFailureConditions");
    Lists.each(problems, good, CONDITIONS_MAX, each -> problems.form(each, NameRules::labelKey));
    Lists.each(problems, bad, CONDITIONS_MAX, each -> problems.form(each, NameRules::labelKey));
    var wanted = new HashSet<String>();
    for (var condition : good.items()) {
      if (!wanted.add(condition.text())) {
        problems.duplicate(condition);
      }
    }
    var unwanted = new HashSet<String>();
    for (var condition : bad.items()) {
      if (!unwanted.add(condition.text())) {
        problems.duplicate(condition);
      }
      if (wanted.contains(condition.text())) {
        problems.invalid(
            condition, "bindingFailureConditions must not overlap with bindingConditions");
      }
    }
    if (wanted.isEmpty() && !unwanted.isEmpty()) {
      problems.invalid(
          good, "null", "bindingConditions are required to use bindingFailureConditions");
    }
    if (unwanted.isEmpty() && !wanted.isEmpty()) {
      problems.invalid(
          bad, "null", "bindingFailureConditions are required to use bindingConditions");
    }
  }
}
