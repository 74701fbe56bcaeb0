package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One rule of one part of a schema, compiled.
 *
 * @param rule as the schema has it
 * @param schema the part that it is a rule of
 * @param program the rule itself, or why it is none
 * @param message the expression of its message, or why it is none; empty where it has none
 */
record SchemaRule(
    Schema.Rule rule, Schema schema, Compilation program, Optional<Compilation> message) {

  /** What one rule may cost on one value. */
  private static final long COST_MAX = 1_000_000;

  private static final long STOPPED = -1;

  /** The rules of a part of a schema; {@code path} names the part. */
  static List<SchemaRule> allOf(Schema schema, String path) {
    if (schema.rules().isEmpty()) {
      return List.of();
    }
    var self = CelValues.type(schema, path);
    var required = new CelEnvironment(Map.of("self", self, "oldSelf", self));
    var optional =
        new CelEnvironment(Map.of("self", self, "oldSelf", new ValueType.OptionalOf(self)));
    var result = new ArrayList<SchemaRule>();
    for (var rule : schema.rules()) {
      var environment = rule.optionalOldSelf() ? optional : required;
      result.add(
          new SchemaRule(
              rule,
              schema,
              environment.compile(rule.rule(), Scalar.BOOL),
              rule.messageExpression().isEmpty()
                  ? Optional.empty()
                  : Optional.of(environment.compile(rule.messageExpression(), Scalar.STRING))));
    }
    return result;
  }

  /** Why the rule can't be used; {@code path} is its place in the schema. */
  List<FieldError> mistakes(String path) {
    var mistakes = new ArrayList<FieldError>();
    if (program instanceof Compilation.Rejected(var why)) {
      mistakes.add(FieldError.invalid(path + ".rule", quoted(rule.rule()), why));
    }
    if (message.isPresent() && message.get() instanceof Compilation.Rejected(var why)) {
      mistakes.add(
          FieldError.invalid(path + ".messageExpression", quoted(rule.messageExpression()), why));
    }
    return mistakes;
  }

  /**
   * Adds a problem where the value breaks the rule.
   *
   * @param old the value before; null where there is none
   * @param budget what it may cost
   * @return what is left of the budget; negative when no further rule may run
   */
  long check(
      String path, JsonNode value, @Nullable JsonNode old, long budget, List<FieldError> problems) {
    if (program instanceof Compilation.Rejected(var why)) {
      problems.add(invalid(path, "rule compile error: " + why));
      return budget;
    }
    var compiled = ((Compilation.Compiled) program).program();
    var isTransition = compiled.reads("oldSelf");
    var isUnchanged = !isTransition && JsonValues.same(value, old);
    if (isUnchanged || (isTransition && old == null && !rule.optionalOldSelf())) {
      return budget;
    }
    var variables = variables(value, old);
    return switch (compiled.evaluate(variables, Math.min(COST_MAX, budget))) {
      case Evaluation.TooExpensive(var limit) -> {
        problems.add(
            invalid(
                path,
                limit < COST_MAX
                    ? "validation failed due to running out of cost budget, no further validation"
                        + " rules will be run"
                    : "'operation cancelled: actual cost limit exceeded': no further validation"
                        + " rules will be run due to call cost exceeds limit for rule: "
                        + rule.rule()));
        yield STOPPED;
      }
      case Evaluation.Failed(var why, var cost) -> {
        problems.add(invalid(path, why + " evaluating rule: " + nameOfRule()));
        yield budget - cost;
      }
      case Evaluation.Value(var result, var cost) -> {
        if (!Boolean.TRUE.equals(result)) {
          problems.add(broken(path, text(variables, budget - cost)));
        }
        yield budget - cost;
      }
    };
  }

  private Map<String, Object> variables(JsonNode value, @Nullable JsonNode old) {
    var variables = new HashMap<String, Object>();
    CelValues.value(schema, value).ifPresent(self -> variables.put("self", self));
    var oldSelf = old == null ? Optional.empty() : CelValues.value(schema, old);
    if (rule.optionalOldSelf()) {
      variables.put("oldSelf", oldSelf);
    } else {
      oldSelf.ifPresent(before -> variables.put("oldSelf", before));
    }
    return variables;
  }

  /** What to say: the message expression's value where it has a good one, else the message. */
  private String text(Map<String, Object> variables, long budget) {
    if (message.isPresent()
        && message.get() instanceof Compilation.Compiled(CelProgram expression)
        && expression.evaluate(variables, Math.min(COST_MAX, Math.max(budget, 0)))
            instanceof Evaluation.Value(var value, _)
        && value instanceof String text
        && !text.strip().isEmpty()
        && !text.contains("\n")) {
      return text.strip();
    }
    return rule.message().isEmpty() ? "failed rule: " + rule.rule().strip() : rule.message();
  }

  private FieldError broken(String path, String text) {
    var at = rule.fieldPath().isEmpty() ? path : joined(path, rule.fieldPath());
    return switch (rule.reason()) {
      case "FieldValueForbidden" -> FieldError.forbidden(at, text);
      case "FieldValueRequired" -> FieldError.required(at, text);
      case "FieldValueDuplicate" -> FieldError.duplicate(at, quoted(typeName()));
      default -> invalid(at, text);
    };
  }

  private static String joined(String path, String relative) {
    var inner = relative.startsWith(".") ? relative.substring(1) : relative;
    return path.isEmpty() ? inner : path + "." + inner;
  }

  private FieldError invalid(String path, String text) {
    return FieldError.invalid(path.isEmpty() ? "<nil>" : path, quoted(typeName()), text);
  }

  private String nameOfRule() {
    return rule.message().isEmpty() ? rule.rule() : rule.message();
  }

  private String typeName() {
    return switch (schema.type()) {
      case INT_OR_STRING, ANY -> "";
      default -> schema.type().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
