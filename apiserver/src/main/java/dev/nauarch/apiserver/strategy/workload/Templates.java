package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodDefaults;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the kinds with a pod template have in common. */
final class Templates {

  private Templates() {}

  /** Fills in what a template leaves open. */
  static void fill(JsonNode parentSpec) {
    if (parentSpec.path("template").path("spec") instanceof ObjectNode spec) {
      PodDefaults.fill(spec);
    }
  }

  /** Checks the selector and the template of a kind whose pods run for ever. */
  static void checkServing(Problems problems, Field spec, String kind) {
    var selector = spec.at("selector");
    if (!selector.isPresent()) {
      problems.required(selector, "");
    } else {
      Forms.selector(problems, selector);
      if (selector.at("matchLabels").isEmpty() && selector.at("matchExpressions").isEmpty()) {
        problems.invalid(selector, "empty selector is invalid for " + kind);
      }
    }
    var template = spec.at("template");
    if (!template.isPresent()) {
      problems.required(template, "");
      return;
    }
    var labels = template.at("metadata", "labels");
    if (selector.isPresent() && !Forms.matches(selector, labels)) {
      problems.invalid(labels, "`selector` does not match template `labels`");
    }
    PodSpecRules.template(problems, template);
    var policy = template.at("spec", "restartPolicy");
    if (policy.is("Never") || policy.is("OnFailure")) {
      problems.notSupported(policy, List.of("Always"));
    }
    if (template.at("spec", "activeDeadlineSeconds").isPresent()) {
      problems.forbidden(
          template.at("spec", "activeDeadlineSeconds"),
          "activeDeadlineSeconds in " + kindName(kind) + " is not Supported");
    }
  }

  /** Checks the numbers of a status: nothing is there less than not at all. */
  static void checkCounts(Problems problems, ObjectNode object) {
    for (var name : object.path("status").propertyNames()) {
      problems.notNegative(Field.of(object).at("status", name));
    }
  }

  private static String kindName(String kind) {
    return kind.equals("deployment") ? "ReplicaSet" : kind;
  }

  static void put(ObjectNode object, String name, int value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }

  static void put(ObjectNode object, String name, String value) {
    if (object.path(name).asString("").isEmpty()) {
      object.put(name, value);
    }
  }

  static void put(ObjectNode object, String name, boolean value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }
}
