package dev.nauarch.apiserver.strategy.scheduling;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The rules of priority classes. */
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
}
