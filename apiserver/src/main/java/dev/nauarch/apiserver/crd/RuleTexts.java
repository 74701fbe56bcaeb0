package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What is wrong with the rules of one part of a schema before they are compiled.
 *
 * @param schema the part
 * @param problems collects what is wrong
 */
record RuleTexts(JsonNode schema, List<FieldError> problems) {

  private static final Pattern LINE_BREAK = Pattern.compile("[\n\r]");
  private static final List<String> REASONS =
      List.of(
          "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

  /** Checks them all; {@code path} is that of the list. */
  void check(String path) {
    var rules = schema.path("x-kubernetes-validations");
    for (var i = 0; i < rules.size(); i++) {
      check(rules.path(i), path + "[" + i + "]");
    }
  }

  private void check(JsonNode rule, String path) {
    checkMessage(rule, path);
    var expression = rule.path("messageExpression").asString("");
    if (!expression.isEmpty() && expression.isBlank()) {
      problems.add(
          FieldError.required(
              path + ".messageExpression", "messageExpression must be non-empty if specified"));
    }
    var reason = rule.path("reason");
    if (reason.isString() && !REASONS.contains(reason.stringValue())) {
      problems.add(FieldError.notSupported(path + ".reason", reason.toString(), REASONS));
    }
    var fieldPath = rule.path("fieldPath").asString("");
    if (!fieldPath.isEmpty()) {
      checkFieldPath(fieldPath, rule.path("fieldPath").toString(), path + ".fieldPath");
    }
  }

  private void checkMessage(JsonNode rule, String path) {
    var text = rule.path("rule").asString("").strip();
    var message = rule.path("message").asString("");
    var shown = rule.path("message").toString();
    if (text.isEmpty()) {
      problems.add(FieldError.required(path + ".rule", "rule is not specified"));
    } else if (!message.isEmpty() && message.isBlank()) {
      problems.add(FieldError.invalid(path + ".message", shown, "must be non-empty if specified"));
    } else if (hasLineBreak(message.strip())) {
      problems.add(FieldError.invalid(path + ".message", shown, "must not contain line breaks"));
    } else if (hasLineBreak(text) && message.isEmpty()) {
      problems.add(
          FieldError.required(
              path + ".message", "message must be specified if rule contains line breaks"));
    }
  }

  private void checkFieldPath(String fieldPath, String shown, String path) {
    if (fieldPath.isBlank()) {
      problems.add(FieldError.invalid(path, shown, "must be non-empty if specified"));
    }
    if (hasLineBreak(fieldPath)) {
      problems.add(FieldError.invalid(path, shown, "must not contain line breaks"));
    }
    if (SchemaPath.read(fieldPath, schema, true) instanceof SchemaPath.Reading.Refused) {
      problems.add(FieldError.invalid(path, shown, "must be a valid path"));
    }
  }

  private static boolean hasLineBreak(String text) {
    return LINE_BREAK.matcher(text).find();
  }
}
