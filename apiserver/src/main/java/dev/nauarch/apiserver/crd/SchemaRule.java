package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.Scalar;
import java.nio.charset.StandardCharsets;
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
 * @param part the part that it is a rule of
 * @param program the rule itself, or why it is none
 * @param message the expression of its message, or why it is none; empty where it has none
 */
record SchemaRule(Schema.Rule rule, Part part, Compilation program, Optional<Compilation> message) {

  /** What one rule may cost on one value. */
  private static final long COST_MAX = 1_000_000;

  private static final int MESSAGE_BYTES_MAX = 5 * 1024;
  private static final long STOPPED = -1;
  private static final String NO_BUDGET =
      "validation failed due to running out of cost budget, no further validation rules will be"
          + " run";

  /**
   * A part of a schema.
   *
   * @param isWhole whether it is that of whole objects
   * @param type the type of its values
   */
  record Part(Schema schema, boolean isWhole, ValueType type) {}

  /**
   * What a rule is about.
   *
   * @param now the value
   * @param old the value before; null where there is none
   * @param isUnchanged whether they are the same
   */
  record Values(JsonNode now, @Nullable JsonNode old, boolean isUnchanged) {}

  /** The rules of a part of a schema; {@code path} names the part. */
  static List<SchemaRule> allOf(Schema schema, boolean isWhole, String path) {
    if (schema.rules().isEmpty()) {
      return List.of();
    }
    var self = CelTypes.of(schema, isWhole, path).orElse(Scalar.ANY);
    var part = new Part(schema, isWhole, self);
    var environments = new HashMap<Boolean, CelEnvironment>();
    var result = new ArrayList<SchemaRule>();
    for (var rule : schema.rules()) {
      var environment =
          environments.computeIfAbsent(
              rule.optionalOldSelf(),
              isOptional -> {
                var old = isOptional ? new ValueType.OptionalOf(self) : self;
                return new CelEnvironment(Map.of("self", self, "oldSelf", old));
              });
      result.add(
          new SchemaRule(
              rule,
              part,
              environment.compile(rule.rule(), Scalar.BOOL),
              rule.messageExpression().isEmpty()
                  ? Optional.empty()
                  : Optional.of(environment.compile(rule.messageExpression(), Scalar.STRING))));
    }
    return result;
  }

  /**
   * Adds why the rule can't be used.
   *
   * @param path its place in the schema
   * @param count how often it may run on one object
   * @param unmatched the list whose items have no old values; null where this one has
   */
  void collectMistakes(
      String path,
      long count,
      @Nullable String unmatched,
      RuleCosts costs,
      List<FieldError> problems) {
    switch (program) {
      case Compilation.Rejected(var why) -> {
        problems.add(
            FieldError.invalid(
                path + ".rule",
                asJson(),
                why.startsWith("must evaluate to ")
                    ? "cel expression must evaluate to a bool"
                    : why));
        addOldSelfMistakes(path, false, unmatched, problems);
      }
      case Compilation.Compiled(var compiled) -> {
        var cost = RuleCosts.product(compiled.costMax(part.type), count);
        costs.add(path + ".rule", "estimated rule cost", cost, problems);
        addMessageMistakes(path, costs, problems);
        addOldSelfMistakes(path, compiled.reads("oldSelf"), unmatched, problems);
      }
    }
  }

  private void addMessageMistakes(String path, RuleCosts costs, List<FieldError> problems) {
    var at = path + ".messageExpression";
    if (message.isPresent()) {
      switch (message.get()) {
        case Compilation.Rejected(var why) ->
            problems.add(
                FieldError.invalid(
                    at,
                    asJson(),
                    why.startsWith("must evaluate to ")
                        ? "messageExpression must evaluate to a string"
                        : "messageExpression " + why));
        case Compilation.Compiled(var compiled) ->
            costs.add(
                at, "estimated messageExpression cost", compiled.costMax(part.type), problems);
      }
    }
  }

  private void addOldSelfMistakes(
      String path, boolean readsOld, @Nullable String unmatched, List<FieldError> problems) {
    if (readsOld && unmatched != null) {
      problems.add(
          FieldError.invalid(
              path + ".rule",
              quoted(rule.rule()),
              "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                  + unmatched));
    }
    if (!readsOld && rule.optionalOldSelf()) {
      problems.add(
          FieldError.invalid(
              path + ".optionalOldSelf", "true", "may not be set if oldSelf is not used in rule"));
    }
  }

  /** The rule as an error shows it. */
  private String asJson() {
    var text =
        "{\"Rule\":"
            + quoted(rule.rule())
            + ",\"Message\":"
            + quoted(rule.message())
            + ",\"MessageExpression\":"
            + quoted(rule.messageExpression())
            + ",\"Reason\":"
            + (rule.reason().isEmpty() ? "null" : quoted(rule.reason()))
            + ",\"FieldPath\":"
            + quoted(rule.fieldPath())
            + ",\"OptionalOldSelf\":"
            + (rule.optionalOldSelf() ? "true" : "null")
            + "}";
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  /**
   * Adds a problem where the value breaks the rule.
   *
   * @param budget what it may cost
   * @return what is left of the budget; negative when no further rule may run
   */
  long check(String path, Values values, long budget, List<FieldError> problems) {
    if (program instanceof Compilation.Rejected(var why)) {
      problems.add(invalid(path, "rule compile error: " + why));
      return budget;
    }
    var compiled = ((Compilation.Compiled) program).program();
    var isTransition = compiled.reads("oldSelf");
    if (isTransition ? values.old == null && !rule.optionalOldSelf() : values.isUnchanged) {
      return budget;
    }
    var variables = variables(values);
    return switch (compiled.evaluate(variables, Math.min(COST_MAX, budget))) {
      case Evaluation.TooExpensive(var limit) -> {
        problems.add(
            invalid(
                path,
                limit < COST_MAX
                    ? NO_BUDGET
                    : "'operation cancelled: actual cost limit exceeded': no further validation"
                        + " rules will be run due to call cost exceeds limit for rule: "
                        + nameOfRule()));
        yield STOPPED;
      }
      case Evaluation.Failed(var why, var cost) -> {
        problems.add(invalid(path, failed(why)));
        yield budget - cost;
      }
      case Evaluation.Value(var result, var cost) -> {
        if (!Boolean.TRUE.equals(result)) {
          problems.add(broken(path, values.now, text(variables, budget - cost)));
        }
        yield budget - cost;
      }
    };
  }

  private String failed(String why) {
    return why.startsWith("no such overload") || why.contains("No matching overload")
        ? "'no such overload': call arguments did not match a supported operator, function or macro"
            + " signature for rule: "
            + nameOfRule()
        : why + " evaluating rule: " + nameOfRule();
  }

  private Map<String, Object> variables(Values values) {
    var variables = new HashMap<String, Object>();
    value(values.now).ifPresent(self -> variables.put("self", self));
    var oldSelf = values.old == null ? Optional.empty() : value(values.old);
    if (rule.optionalOldSelf()) {
      variables.put("oldSelf", oldSelf);
    } else {
      oldSelf.ifPresent(before -> variables.put("oldSelf", before));
    }
    return variables;
  }

  private Optional<Object> value(JsonNode json) {
    return CelValues.value(part.schema, part.isWhole, json);
  }

  /** What to say: the message expression's value where it has a good one, else the message. */
  private String text(Map<String, Object> variables, long budget) {
    if (message.isPresent()
        && message.get() instanceof Compilation.Compiled(CelProgram expression)
        && expression.evaluate(variables, Math.min(COST_MAX, Math.max(budget, 0)))
            instanceof Evaluation.Value(var value, _)
        && value instanceof String text
        && !text.strip().isEmpty()
        && !text.strip().contains("\n")
        && text.strip().getBytes(StandardCharsets.UTF_8).length <= MESSAGE_BYTES_MAX) {
      return text.strip();
    }
    return rule.message().isEmpty() ? "failed rule: " + rule.rule().strip() : nameOfRule();
  }

  private FieldError broken(String path, JsonNode value, String text) {
    var at = rule.fieldPath().isEmpty() ? path : joined(path, rule.fieldPath());
    var field = at.isEmpty() ? "<nil>" : at;
    var isContainer =
        part.schema.type() == Schema.Type.OBJECT || part.schema.type() == Schema.Type.ARRAY;
    return switch (rule.reason()) {
      case "FieldValueForbidden" -> FieldError.forbidden(field, text);
      case "FieldValueRequired" -> FieldError.required(field, text);
      case "FieldValueDuplicate" ->
          isContainer
              ? new FieldError(FieldError.Type.DUPLICATE, field, "Duplicate value")
              : FieldError.duplicate(field, value.toString());
      default ->
          isContainer
              ? new FieldError(FieldError.Type.INVALID, field, "Invalid value: " + text)
              : FieldError.invalid(field, value.toString(), text);
    };
  }

  private String joined(String path, String relative) {
    var isMap = part.schema.propertyNames().isEmpty();
    var inner = relative.replace("['", isMap ? "[" : ".").replace("']", isMap ? "]" : "");
    return path + (path.isEmpty() && inner.startsWith(".") ? inner.substring(1) : inner);
  }

  private FieldError invalid(String path, String text) {
    return FieldError.invalid(path.isEmpty() ? "<nil>" : path, quoted(typeName()), text);
  }

  private String nameOfRule() {
    return (rule.message().isEmpty() ? rule.rule() : rule.message()).strip();
  }

  private String typeName() {
    return switch (part.schema.type()) {
      case INT_OR_STRING, ANY -> "";
      default -> part.schema.type().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String quoted(String text) {
    return Json.quoted(text);
  }
}
