package dev.nauarch.apiserver.strategy.field;

import dev.nauarch.apiserver.object.NameRules;
import java.util.HashSet;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

/** The rules of conditions as most kinds have them. */
public final class ConditionRules {

  private static final int REASON_LENGTH_MAX = 1024;
  private static final int MESSAGE_LENGTH_MAX = 32 * 1024;
  private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");

  private ConditionRules() {}

  /** Checks a list of conditions. */
  public static void check(Problems problems, Field conditions) {
    var types = new HashSet<String>();
    for (var condition : conditions.items()) {
      var type = condition.at("type");
      if (!types.add(type.text())) {
        problems.duplicate(new Field(StringNode.valueOf(type.text()), condition.path(), ""));
      }
      if (type.isEmpty()) {
        problems.required(type, "is required");
      } else {
        problems.form(type, NameRules::labelKey);
      }
      problems.requireOneOf(condition.at("status"), "False", "True", "Unknown");
      var generation = condition.at("observedGeneration");
      if (generation.number(0) < 0) {
        problems.invalid(generation, "must be greater than or equal to zero");
      }
      problems.require(condition.at("lastTransitionTime"));
      reason(problems, condition.at("reason"));
      problems.atMostBytes(condition.at("message"), MESSAGE_LENGTH_MAX);
    }
  }

  private static void reason(Problems problems, Field reason) {
    if (!problems.require(reason)) {
      return;
    }
    if (!REASON.matcher(reason.text()).matches()) {
      problems.invalid(
          reason,
          "a condition reason must start with alphabetic character, optionally followed by a string"
              + " of alphanumeric characters or '_,:', and must end with an alphanumeric character"
              + " or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or"
              + " 'ReasonA:ReasonB', regex used for validation is"
              + " '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')");
    }
    problems.atMostBytes(reason, REASON_LENGTH_MAX);
  }

  /** Whether there is a condition of this type, and it holds. */
  public static boolean holds(Field conditions, String type) {
    return conditions.items().stream()
        .anyMatch(condition -> condition.at("type").is(type) && condition.at("status").is("True"));
  }
}
