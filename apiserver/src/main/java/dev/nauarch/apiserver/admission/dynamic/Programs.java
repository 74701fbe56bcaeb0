package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.expression.Compilation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The expressions of a policy, compiled.
 *
 * @param variables what they may read by name
 * @param validations those that must be true
 * @param mutations those that make patches
 * @param annotations those that are for the audit log
 */
record Programs(
    Variables variables,
    List<Validation> validations,
    List<Mutation> mutations,
    List<Annotation> annotations) {

  /**
   * A validation.
   *
   * @param text the expression
   * @param program the expression, compiled
   * @param message what to say where it is false: as an expression, where there is one
   * @param node the validation itself
   */
  record Validation(
      String text, Compilation program, Optional<Compilation> message, JsonNode node) {}

  /**
   * A mutation.
   *
   * @param text the expression
   * @param program the expression, compiled
   * @param isPatch whether it makes a JSON patch; else it makes an object to be applied
   */
  record Mutation(String text, Compilation program, boolean isPatch) {}

  /**
   * Something for the audit log.
   *
   * @param text the expression
   * @param program the expression, compiled
   */
  record Annotation(String key, String text, Compilation program) {}

  /** Says that something can't be evaluated, as its text is no expression of the right type. */
  static String refusal(Compilation compilation) {
    return "compilation error: "
        + (compilation instanceof Compilation.Rejected(var why) ? why : compilation);
  }

  static Programs of(JsonNode spec, Variables variables) {
    var expressions = variables.expressions();
    var validations = new ArrayList<Validation>();
    for (var node : spec.path("validations")) {
      var text = Json.text(node, "expression");
      var message = Json.text(node, "messageExpression");
      validations.add(
          new Validation(
              text,
              expressions.compile(text, "bool"),
              message.isBlank()
                  ? Optional.empty()
                  : Optional.of(expressions.compile(message, "string")),
              node));
    }
    var mutations = new ArrayList<Mutation>();
    if (!spec.path("mutations").isEmpty()) {
      var makers = expressions.makingPatches();
      spec.path("mutations").forEach(node -> mutations.add(mutation(node, makers)));
    }
    var annotations = new ArrayList<Annotation>();
    for (var node : spec.path("auditAnnotations")) {
      var text = Json.text(node, "valueExpression").strip();
      var program = expressions.compile(text, "string", "null_type");
      annotations.add(new Annotation(Json.text(node, "key"), text, program));
    }
    return new Programs(
        variables, List.copyOf(validations), List.copyOf(mutations), List.copyOf(annotations));
  }

  private static Mutation mutation(JsonNode node, RequestExpressions expressions) {
    var isPatch = Json.text(node, "patchType").equals("JSONPatch");
    var text = Json.text(node.path(isPatch ? "jsonPatch" : "applyConfiguration"), "expression");
    var type = isPatch ? "list(JSONPatch)" : "Object";
    return new Mutation(text, expressions.compile(text.strip(), type), isPatch);
  }
}
