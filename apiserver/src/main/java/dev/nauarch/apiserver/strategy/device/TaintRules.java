package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.ConditionRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of taints of devices and of who tolerates them. */
final class TaintRules {

  private static final int CONDITIONS_MAX = 8;
  private static final String[] EFFECTS = {"NoExecute", "NoSchedule", "None"};

  private TaintRules() {}

  /** A taint counts from when it is made or changes its effect. */
  static void fillRule(ObjectNode rule, ObjectNode old, Instant now) {
    var taint = rule.path("spec").path("taint");
    var before = old.path("spec").path("taint");
    boolean isOtherEffect =
        !old.isEmpty()
            && !taint.path("effect").equals(before.path("effect"))
            && taint.path("timeAdded").equals(before.path("timeAdded"));
    if (isOtherEffect && taint instanceof ObjectNode object) {
      object.remove("timeAdded");
    }
    fillTime(taint, now);
  }

  /** Notes when a taint was made, where nothing does. */
  static void fillTime(JsonNode taint, Instant now) {
    if (taint instanceof ObjectNode object && !object.hasNonNull("timeAdded")) {
      object.put("timeAdded", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
  }

  /** Checks a rule that taints devices. */
  static void rule(Problems problems, Field rule) {
    selector(problems, rule.at("spec", "deviceSelector"));
    taint(problems, rule.at("spec", "taint"));
  }

  /** Checks a changed rule. */
  static void ruleChange(Problems problems, Field rule, Field old) {
    selector(problems, rule.at("spec", "deviceSelector"));
    var taint = rule.at("spec", "taint");
    keyAndValue(problems, taint);
    if (!taint.at("effect").hasValueOf(old.at("spec", "taint", "effect"))) {
      problems.requireOneOf(taint.at("effect"), EFFECTS);
    }
  }

  /** Checks what is said of a rule's effect. */
  static void ruleStatus(Problems problems, Field rule, Field old) {
    var conditions = rule.at("status", "conditions");
    ConditionRules.check(problems, conditions);
    if (conditions.node().size() > CONDITIONS_MAX) {
      problems.tooMany(conditions, CONDITIONS_MAX);
    }
  }

  private static void selector(Problems problems, Field selector) {
    if (selector.at("driver").isPresent()) {
      NameForms.driver(problems, selector.at("driver"));
    }
    if (selector.at("pool").isPresent()) {
      NameForms.pool(problems, selector.at("pool"));
    }
    problems.form(selector.at("device"), NameRules::label);
  }

  static void taint(Problems problems, Field taint) {
    keyAndValue(problems, taint);
    problems.requireOneOf(taint.at("effect"), EFFECTS);
  }

  private static void keyAndValue(Problems problems, Field taint) {
    problems.text(taint.at("key"), NameRules::labelKey);
    problems.form(taint.at("value"), NameRules::labelValue);
  }

  static void toleration(Problems problems, Field toleration) {
    if (!toleration.at("key").isEmpty()) {
      problems.form(toleration.at("key"), NameRules::labelKey);
    }
    var value = toleration.at("value");
    switch (toleration.at("operator").text()) {
      case "Exists" -> {
        if (!value.isEmpty()) {
          problems.invalid(value, "must be empty for operator `Exists`");
        }
      }
      case "Equal" -> problems.form(value, NameRules::labelValue);
      default -> problems.requireOneOf(toleration.at("operator"), "Equal", "Exists");
    }
    if (!toleration.at("effect").isEmpty()) {
      problems.oneOf(toleration.at("effect"), EFFECTS);
    }
  }
}
