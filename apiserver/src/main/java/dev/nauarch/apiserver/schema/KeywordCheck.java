package dev.nauarch.apiserver.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.codec.FieldPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Checks the keywords of JSON Schema, in the words of Kubernetes. */
final class KeywordCheck {

  // A cluster has far fewer; the bound keeps a hostile definition from filling the memory.
  private static final int PATTERNS_MAX = 2_000;
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
  private static final JsonNode NOTHING = JsonNodeFactory.instance.arrayNode();

  private KeywordCheck() {}

  /** Adds what is wrong with a value by these keywords. */
  static void check(
      JsonNode value, Map<String, JsonNode> keywords, FieldPath path, List<FieldError> errors) {
    if (keywords.isEmpty()) {
      return;
    }
    if (value.isNumber()) {
      checkNumber(value, keywords, path, errors);
    } else if (value.isString()) {
      checkText(value.stringValue(), keywords, path, errors);
    } else if (value.isArray()) {
      checkList(value, keywords, path, errors);
    } else if (value.isObject()) {
      checkSize(value.size(), "Properties", "properties", keywords, path, errors);
    }
    checkCombinations(value, keywords, path, errors);
  }

  private static void checkNumber(
      JsonNode value, Map<String, JsonNode> keywords, FieldPath path, List<FieldError> errors) {
    var number = value.decimalValue();
    limit(keywords, "maximum", "exclusiveMaximum")
        .filter(limit -> limit.isBroken(number.compareTo(limit.value())))
        .ifPresent(
            limit ->
                errors.add(
                    invalid(
                        path,
                        value,
                        limit.isExclusive()
                            ? "should be less than " + limit.text()
                            : "should be less than or equal to " + limit.text())));
    limit(keywords, "minimum", "exclusiveMinimum")
        .filter(limit -> limit.isBroken(limit.value().compareTo(number)))
        .ifPresent(
            limit ->
                errors.add(
                    invalid(
                        path,
                        value,
                        limit.isExclusive()
                            ? "should be greater than " + limit.text()
                            : "should be greater than or equal to " + limit.text())));
    var factor = keywords.get("multipleOf");
    if (factor != null && number.remainder(factor.decimalValue()).signum() != 0) {
      errors.add(invalid(path, value, "should be a multiple of " + factor));
    }
  }

  private record Limit(BigDecimal value, boolean isExclusive, String text) {
    boolean isBroken(int comparison) {
      return isExclusive ? comparison >= 0 : comparison > 0;
    }
  }

  private static Optional<Limit> limit(
      Map<String, JsonNode> keywords, String name, String exclusiveName) {
    var limit = keywords.get(name);
    if (limit == null) {
      return Optional.empty();
    }
    var exclusive = keywords.get(exclusiveName);
    return Optional.of(
        new Limit(
            limit.decimalValue(),
            exclusive != null && exclusive.asBoolean(false),
            limit.asString()));
  }

  private static void checkText(
      String text, Map<String, JsonNode> keywords, FieldPath path, List<FieldError> errors) {
    var length = text.codePointCount(0, text.length());
    var max = keywords.get("maxLength");
    if (max != null && length > max.asLong(0)) {
      errors.add(
          new FieldError(
              FieldError.Type.TOO_LONG,
              path.toString(),
              "Too long: may not be more than " + max + " bytes"));
    }
    var min = keywords.get("minLength");
    if (min != null && length < min.asLong(0)) {
      errors.add(invalid(path, '"' + text + '"', "should be at least " + min + " chars long"));
    }
    var pattern = keywords.get("pattern");
    if (pattern != null && !matches(pattern.asString(), text)) {
      errors.add(invalid(path, '"' + text + '"', "should match '" + pattern.asString() + "'"));
    }
  }

  private static boolean matches(String pattern, String text) {
    var compiled = PATTERNS.get(pattern);
    if (compiled == null) {
      if (PATTERNS.size() >= PATTERNS_MAX) {
        PATTERNS.clear();
      }
      try {
        compiled = Pattern.compile(pattern);
      } catch (PatternSyntaxException refusedWithItsDefinition) {
        return false;
      }
      PATTERNS.put(pattern, compiled);
    }
    return compiled.matcher(text).find();
  }

  private static void checkList(
      JsonNode list, Map<String, JsonNode> keywords, FieldPath path, List<FieldError> errors) {
    checkSize(list.size(), "Items", "items", keywords, path, errors);
    var isUnique = keywords.get("uniqueItems");
    if (isUnique != null && isUnique.asBoolean(false)) {
      var seen = new HashSet<JsonNode>();
      for (var item : list) {
        if (!seen.add(item)) {
          errors.add(invalid(path, list, "shouldn't contain duplicates"));
          return;
        }
      }
    }
  }

  private static void checkSize(
      int size,
      String suffix,
      String word,
      Map<String, JsonNode> keywords,
      FieldPath path,
      List<FieldError> errors) {
    var max = keywords.get("max" + suffix);
    if (max != null && size > max.asLong(0)) {
      errors.add(
          new FieldError(
              FieldError.Type.TOO_MANY,
              path.toString(),
              "Too many: " + size + ": must have at most " + max + " items"));
    }
    var min = keywords.get("min" + suffix);
    if (min != null && size < min.asLong(0)) {
      errors.add(invalid(path, Integer.toString(size), "should have at least " + min + " " + word));
    }
  }

  private static void checkCombinations(
      JsonNode value, Map<String, JsonNode> keywords, FieldPath path, List<FieldError> errors) {
    for (var schema : keywords.getOrDefault("allOf", NOTHING)) {
      checkNested(value, schema, path, errors);
    }
    var anyOf = keywords.get("anyOf");
    if (anyOf != null && matching(value, anyOf, path) == 0) {
      errors.add(invalid(path, value, "must validate at least one schema (anyOf)"));
    }
    var oneOf = keywords.get("oneOf");
    if (oneOf != null) {
      var count = matching(value, oneOf, path);
      if (count != 1) {
        var found = count == 0 ? "Found none valid" : "Found " + count + " valid alternatives";
        errors.add(invalid(path, value, "must validate one and only one schema (oneOf). " + found));
      }
    }
    var not = keywords.get("not");
    if (not != null && isValid(value, not, path)) {
      errors.add(invalid(path, value, "must not validate the schema (not)"));
    }
  }

  private static int matching(JsonNode value, JsonNode schemas, FieldPath path) {
    var count = 0;
    for (var schema : schemas) {
      count += isValid(value, schema, path) ? 1 : 0;
    }
    return count;
  }

  private static boolean isValid(JsonNode value, JsonNode schema, FieldPath path) {
    var errors = new ArrayList<FieldError>();
    checkNested(value, schema, path, errors);
    return errors.isEmpty();
  }

  /** A schema inside a combination: it restricts values, and declares nothing. */
  private static void checkNested(
      JsonNode value, JsonNode schema, FieldPath path, List<FieldError> errors) {
    var type = schema.path("type").asString("");
    if (!type.isEmpty() && !hasType(value, type)) {
      errors.add(wrongType(value, type, path));
      return;
    }
    var keywords = new LinkedHashMap<String, JsonNode>();
    schema.properties().forEach(entry -> keywords.put(entry.getKey(), entry.getValue()));
    check(value, keywords, path, errors);
    var allowed = List.copyOf(schema.path("enum").values());
    if (!allowed.isEmpty() && !allowed.contains(value)) {
      unsupported(value, allowed, path, errors);
    }
    if (value.isString() && schema.has("format")) {
      FormatCheck.check(value.stringValue(), schema.path("format").asString(""), path, errors);
    }
    if (value instanceof ObjectNode object) {
      checkNestedObject(object, schema, path, errors);
    } else if (value.isArray() && schema.path("items").isObject()) {
      for (var index = 0; index < value.size(); index++) {
        checkNested(value.path(index), schema.path("items"), path.item(index), errors);
      }
    }
  }

  private static void checkNestedObject(
      ObjectNode object, JsonNode schema, FieldPath path, List<FieldError> errors) {
    for (var name : schema.path("required")) {
      if (!object.has(name.asString())) {
        errors.add(FieldError.required(path.property(name.asString()).toString(), ""));
      }
    }
    for (var entry : object.properties()) {
      var name = entry.getKey();
      var property = schema.path("properties").path(name);
      if (property.isMissingNode()) {
        property = schema.path("additionalProperties");
      }
      if (property.isObject()) {
        checkNested(entry.getValue(), property, path.property(name), errors);
      }
    }
  }

  private static boolean hasType(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> true;
    };
  }

  /** A value of another type than its schema's. */
  static FieldError wrongType(JsonNode value, String expected, FieldPath path) {
    var found =
        switch (value.getNodeType()) {
          case OBJECT -> "object";
          case ARRAY -> "array";
          case STRING -> "string";
          case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
          case BOOLEAN -> "boolean";
          default -> "null";
        };
    return new FieldError(
        FieldError.Type.TYPE_INVALID,
        path.toString(),
        "Invalid value: \"%s\": %s in body must be of type %s: \"%s\""
            .formatted(found, path, expected, found));
  }

  /** A value that is not among those allowed. */
  static void unsupported(
      JsonNode value, List<JsonNode> allowed, FieldPath path, List<FieldError> errors) {
    var names = allowed.stream().map(JsonNode::asString).sorted().toList();
    errors.add(FieldError.notSupported(path.toString(), value.toString(), names));
  }

  private static FieldError invalid(FieldPath path, JsonNode value, String detail) {
    return invalid(path, value.toString(), detail);
  }

  /** An error whose detail names the path again, as the validator of Kubernetes does. */
  static FieldError invalid(FieldPath path, String valueAsJson, String detail) {
    return FieldError.invalid(path.toString(), valueAsJson, path + " in body " + detail);
  }
}
