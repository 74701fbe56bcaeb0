package dev.nauarch.apiserver.strategy;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The rules of priority classes, pod groups and disruption budgets. */
final class SchedulingKindRules {

  private static final long USER_PRIORITY_MAX = 1_000_000_000;
  private static final String SYSTEM = "system-";
  private static final Map<String, Long> SYSTEM_CLASSES =
      Map.of("system-cluster-critical", 2_000_000_000L, "system-node-critical", 2_000_001_000L);

  private SchedulingKindRules() {}

  static void fillPriorityClass(ObjectNode priorityClass) {
    if (priorityClass.path("preemptionPolicy").asString("").isEmpty()) {
      priorityClass.put("preemptionPolicy", "PreemptLowerPriority");
    }
  }

  static void priorityClass(Problems problems, Field priorityClass) {
    var name = priorityClass.at("metadata", "name");
    var value = priorityClass.at("value");
    if (name.text().startsWith(SYSTEM)) {
      var expected = SYSTEM_CLASSES.get(name.text());
      if (expected == null || expected != value.number(0)) {
        problems.forbidden(
            name,
            "priority class names with '" + SYSTEM + "' prefix are reserved for system use only");
      }
    } else if (value.number(0) > USER_PRIORITY_MAX) {
      problems.forbidden(
          value, "maximum allowed value of a user defined priority is " + USER_PRIORITY_MAX);
    }
    problems.oneOf(priorityClass.at("preemptionPolicy"), "Never", "PreemptLowerPriority");
  }

  static void priorityChange(Problems problems, Field priorityClass, Field old) {
    if (priorityClass.at("value").number(0) != old.at("value").number(0)) {
      problems.forbidden(priorityClass.at("value"), "may not be changed in an update.");
    }
    problems.immutable(priorityClass.at("preemptionPolicy"), old.at("preemptionPolicy"));
  }

  static void podGroupChange(Problems problems, Field group, Field old) {
    problems.immutable(group.at("spec"), old.at("spec"));
  }

  static void budget(Problems problems, Field budget) {
    var spec = budget.at("spec");
    if (spec.at("minAvailable").isPresent() && spec.at("maxUnavailable").isPresent()) {
      problems.invalid(spec, "minAvailable and maxUnavailable cannot be both set");
    }
    for (var name : new String[] {"minAvailable", "maxUnavailable"}) {
      var share = spec.at(name);
      if (share.node().isString() && !Forms.isPercent(share.text())) {
        problems.invalid(
            share,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',"
                + "  or '93%', regex used for validation is '[0-9]+%')");
      } else {
        problems.notNegative(share);
      }
    }
    Forms.selector(problems, spec.at("selector"));
    problems.oneOf(spec.at("unhealthyPodEvictionPolicy"), "AlwaysAllow", "IfHealthyBudget");
  }
}
