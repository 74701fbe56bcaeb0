package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodDefaults;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
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

  /**
   * How messages call a kind.
   *
   * @param inSelector where they are about its selector
   * @param inTemplate where they are about its template
   */
  record Words(String inSelector, String inTemplate) {

    /** Deployments and replica sets, whose messages are the same. */
    static final Words OF_REPLICAS = new Words("deployment", "ReplicaSet");
  }

  /** Checks the selector and the template of a kind whose pods run for ever. */
  static void checkServing(Problems problems, Field spec, Words words) {
    var selector = spec.at("selector");
    if (!selector.isPresent()) {
      problems.required(selector, "");
    } else {
      checkSelector(problems, selector, words);
    }
    var template = spec.at("template");
    if (!template.isPresent()) {
      problems.required(template, "");
      return;
    }
    if (selector.isPresent()) {
      checkLabels(problems, selector, template);
    }
    PodSpecRules.template(problems, template);
    checkRunning(problems, template, words);
  }

  /** Checks a selector of pods. */
  static void checkSelector(Problems problems, Field selector, Words words) {
    Forms.selector(problems, selector);
    if (selector.at("matchLabels").isEmpty() && selector.at("matchExpressions").isEmpty()) {
      problems.invalid(selector, "empty selector is invalid for " + words.inSelector);
    }
  }

  /** Checks that a template's pods are found by a selector. */
  static void checkLabels(Problems problems, Field selector, Field template) {
    var labels = template.at("metadata", "labels");
    if (!Forms.matches(selector, labels)) {
      mismatch(problems, labels);
    }
  }

  /** Says that a template's pods are not found by a selector. */
  static void mismatch(Problems problems, Field labels) {
    problems.invalid(
        labels.or(NullNode.getInstance()), "`selector` does not match template `labels`");
  }

  /** Checks that a template's pods run for ever. */
  static void checkRunning(Problems problems, Field template, Words words) {
    var policy = template.at("spec", "restartPolicy");
    if (!policy.is("Always")) {
      problems.notSupported(policy, List.of("Always"));
    }
    var deadline = template.at("spec", "activeDeadlineSeconds");
    if (deadline.isPresent()) {
      problems.forbidden(
          deadline, "activeDeadlineSeconds in " + words.inTemplate + " is not Supported");
    }
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
