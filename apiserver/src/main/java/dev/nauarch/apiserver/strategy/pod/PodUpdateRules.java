package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What may change in a pod once it exists. */
final class PodUpdateRules {

  private static final String FIXED =
      "pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
          + " previously negative)";

  private PodUpdateRules() {}

  static void check(Problems problems, ObjectNode object, ObjectNode old) {
    var now = Field.of(object).at("spec");
    var before = Field.of(old).at("spec");
    for (var list : List.of("containers", "initContainers")) {
      if (now.at(list).items().size() != before.at(list).items().size()) {
        problems.forbidden(now.at(list), "pod updates may not add or remove containers");
        return;
      }
      for (var container : now.at(list).items()) {
        problems.require(container.at("image"));
      }
    }
    deadline(problems, now, before);
    tolerations(problems, now.at("tolerations"), before.at("tolerations"));
    gates(problems, now.at("schedulingGates"), before.at("schedulingGates"));
    var expected = expected(now, before);
    if (!JsonValues.same(expected, now.node())) {
      problems.forbidden(now, FIXED + "\nchanged: " + changes(expected, now.node()));
    }
  }

  /** The old spec with all that may change as it is now. */
  private static ObjectNode expected(Field now, Field before) {
    var expected = (ObjectNode) before.node().deepCopy();
    for (var list : List.of("containers", "initContainers")) {
      for (int i = 0; i < expected.path(list).size(); i++) {
        ((ObjectNode) expected.path(list).path(i))
            .set("image", now.node().path(list).path(i).path("image"));
      }
    }
    var free = new ArrayList<>(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
    if (before.at("terminationGracePeriodSeconds").number(0) < 0
        && now.at("terminationGracePeriodSeconds").number(0) == 1) {
      free.add("terminationGracePeriodSeconds");
    }
    // A pod that is held back from scheduling may still be told more narrowly where to go.
    if (!before.at("schedulingGates").isEmpty()) {
      if (addsOnly(now.at("nodeSelector"), before.at("nodeSelector"))) {
        free.add("nodeSelector");
      }
      if (!before.at("affinity", "nodeAffinity").isPresent()) {
        free.add("affinity");
      }
    }
    for (var name : free) {
      if (now.at(name).node().isMissingNode()) {
        expected.remove(name);
      } else {
        expected.set(name, now.at(name).node());
      }
    }
    return expected;
  }

  private static boolean addsOnly(Field now, Field before) {
    return before.entries().stream().allMatch(entry -> now.at(entry.key()).hasValueOf(entry));
  }

  private static void deadline(Problems problems, Field now, Field before) {
    var deadline = now.at("activeDeadlineSeconds");
    var old = before.at("activeDeadlineSeconds");
    if (deadline.isPresent()) {
      problems.range(deadline, 1, Integer.MAX_VALUE);
      if (old.isPresent() && deadline.number(0) > old.number(0)) {
        problems.invalid(deadline, "must be less than or equal to previous value");
      }
    } else if (old.isPresent()) {
      problems.invalid(deadline, "must not update from a positive integer to nil value");
    }
  }

  private static void tolerations(Problems problems, Field now, Field before) {
    var kept = new ArrayList<JsonNode>();
    for (var toleration : now.items()) {
      var bare = (ObjectNode) toleration.node().deepCopy();
      bare.remove("tolerationSeconds");
      kept.add(bare);
      SchedulingRules.toleration(problems, toleration);
    }
    for (var toleration : before.items()) {
      var bare = (ObjectNode) toleration.node().deepCopy();
      bare.remove("tolerationSeconds");
      if (!kept.contains(bare)) {
        problems.forbidden(
            now, "existing toleration can not be modified except its tolerationSeconds");
        return;
      }
    }
  }

  private static void gates(Problems problems, Field now, Field before) {
    var old = before.items().stream().map(gate -> gate.at("name").text()).toList();
    for (var gate : now.items()) {
      if (!old.contains(gate.at("name").text())) {
        problems.forbidden(
            gate,
            "only deletion is allowed, but found new scheduling gate '"
                + gate.at("name").text()
                + "'");
      }
    }
  }

  private static String changes(JsonNode expected, JsonNode now) {
    var changed = new TreeSet<String>();
    expected.propertyNames().forEach(changed::add);
    now.propertyNames().forEach(changed::add);
    changed.removeIf(name -> JsonValues.same(expected.path(name), now.path(name)));
    return String.join(", ", changed);
  }
}
