package dev.nauarch.apiserver.crd;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.nauarch.api.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What is wrong with a schema as a structural one: every part has one type that pruning, defaults
 * and ownership can follow, and logic ({@code allOf}, {@code anyOf}, {@code oneOf}, {@code not})
 * only restricts.
 */
final class StructuralRules {

  /** Where a part of a schema stands. */
  private enum Place {
    ROOT,
    PROPERTY,
    ITEM
  }

  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "object", "string");

  private static final List<String> UNSUPPORTED =
      List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");

  /** What logic may not hold, and what it must be instead. */
  private static final List<String> NOT_IN_LOGIC =
      List.of(
          "type: must be empty to be structural",
          "additionalProperties: must be undefined to be structural",
          "default: must be undefined to be structural",
          "title: must be empty to be structural",
          "description: must be empty to be structural",
          "nullable: must be false to be structural",
          "x-kubernetes-preserve-unknown-fields: must be false to be structural",
          "x-kubernetes-embedded-resource: must be false to be structural",
          "x-kubernetes-int-or-string: must be false to be structural",
          "x-kubernetes-list-map-keys: must be empty to be structural",
          "x-kubernetes-list-type: must be undefined to be structural",
          "x-kubernetes-map-type: must be undefined to be structural",
          "x-kubernetes-validations: must be empty to be structural");

  private final List<FieldError> problems = new ArrayList<>();

  private StructuralRules() {}

  /** The problems of the schema of a custom resource; empty for none. */
  static List<FieldError> problems(JsonNode schema, String path) {
    var rules = new StructuralRules();
    if (schema.path("nullable").asBoolean(false)) {
      rules.problems.add(
          FieldError.forbidden(path + ".nullable", "nullable cannot be true at the root"));
    }
    rules.check(schema, path, Place.ROOT);
    return rules.problems;
  }

  private void check(JsonNode schema, String path, Place place) {
    checkKeywords(schema, path);
    checkType(schema, path, place);
    checkLists(schema, path);
    checkRules(schema.path("x-kubernetes-validations"), path + ".x-kubernetes-validations");
    checkMetadata(schema, path, place);
    for (var property : schema.path("properties").properties()) {
      var inner = path + ".properties[" + property.getKey() + "]";
      var isShared =
          property.getKey().equals("metadata")
              && (place == Place.ROOT || isTrue(schema, "x-kubernetes-embedded-resource"));
      if (!isShared) {
        check(property.getValue(), inner, Place.PROPERTY);
      }
    }
    if (schema.path("items").isObject()) {
      check(schema.path("items"), path + ".items", Place.ITEM);
    }
    if (schema.path("additionalProperties").isObject()) {
      check(schema.path("additionalProperties"), path + ".additionalProperties", Place.PROPERTY);
    }
    checkLogicOf(schema, path, isTrue(schema, "x-kubernetes-int-or-string"));
  }

  private void checkKeywords(JsonNode schema, String path) {
    for (var name : UNSUPPORTED) {
      if (schema.has(name)) {
        problems.add(FieldError.forbidden(path + "." + name, name + " is not supported"));
      }
    }
    if (isTrue(schema, "uniqueItems")) {
      problems.add(
          FieldError.forbidden(
              path + ".uniqueItems",
              "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
    }
    if (schema.path("additionalProperties").isObject() && !schema.path("properties").isEmpty()) {
      problems.add(
          FieldError.forbidden(
              path + ".additionalProperties",
              "additionalProperties and properties are mutual exclusive"));
    }
    if (schema.path("items").isArray()) {
      problems.add(
          FieldError.forbidden(path + ".items", "items must be a schema object and not an array"));
    }
    var preserves = schema.path("x-kubernetes-preserve-unknown-fields");
    if (preserves.isBoolean() && !preserves.booleanValue()) {
      problems.add(
          FieldError.invalid(
              path + ".x-kubernetes-preserve-unknown-fields",
              "false",
              "must be true or undefined"));
    }
    checkPattern(schema.path("pattern"), path + ".pattern");
  }

  private void checkPattern(JsonNode pattern, String path) {
    if (pattern.isString()) {
      try {
        Pattern.compile(pattern.stringValue());
      } catch (PatternSyntaxException malformed) {
        problems.add(
            FieldError.invalid(
                path,
                pattern.toString(),
                "must be a valid regular expression, but isn't: " + malformed.getMessage()));
      }
    }
  }

  private void checkType(JsonNode schema, String path, Place place) {
    var type = schema.path("type").asString("");
    var needsNone =
        isTrue(schema, "x-kubernetes-int-or-string")
            || isTrue(schema, "x-kubernetes-preserve-unknown-fields");
    if (type.isEmpty() && (place == Place.ROOT || !needsNone)) {
      var what =
          switch (place) {
            case ROOT -> "must not be empty at the root";
            case ITEM -> "must not be empty for specified array items";
            default -> "must not be empty for specified object fields";
          };
      problems.add(FieldError.required(path + ".type", what));
    } else if (!type.isEmpty() && !TYPES.contains(type)) {
      problems.add(FieldError.notSupported(path + ".type", '"' + type + '"', TYPES));
    } else if (place == Place.ROOT && !type.equals("object")) {
      problems.add(
          FieldError.invalid(path + ".type", '"' + type + '"', "must be object at the root"));
    }
    if (type.equals("array") && !schema.has("items")) {
      problems.add(FieldError.required(path + ".items", "must be specified"));
    }
    if (isTrue(schema, "x-kubernetes-embedded-resource")) {
      checkEmbedded(schema, path, type);
    }
  }

  private void checkEmbedded(JsonNode schema, String path, String type) {
    if (!type.equals("object")) {
      var what = "must be object if x-kubernetes-embedded-resource is true";
      problems.add(
          type.isEmpty()
              ? FieldError.required(path + ".type", what)
              : FieldError.invalid(path + ".type", '"' + type + '"', what));
    }
    if (!isTrue(schema, "x-kubernetes-preserve-unknown-fields")
        && schema.path("properties").isEmpty()) {
      problems.add(
          FieldError.required(
              path + ".properties",
              "must not be empty if x-kubernetes-embedded-resource is true without"
                  + " x-kubernetes-preserve-unknown-fields"));
    }
  }

  private void checkLists(JsonNode schema, String path) {
    var listType = schema.path("x-kubernetes-list-type").asString("");
    var keys = schema.path("x-kubernetes-list-map-keys");
    var typePath = path + ".x-kubernetes-list-type";
    if (!listType.isEmpty()) {
      if (!schema.path("type").asString("").equals("array")) {
        problems.add(
            FieldError.invalid(
                path + ".type",
                schema.path("type").toString(),
                "must be array if x-kubernetes-list-type is specified"));
      }
      if (!List.of("atomic", "map", "set").contains(listType)) {
        problems.add(
            FieldError.notSupported(
                typePath, '"' + listType + '"', List.of("atomic", "map", "set")));
      }
    }
    if (!keys.isEmpty() && !listType.equals("map")) {
      problems.add(
          FieldError.invalid(
              typePath,
              '"' + listType + '"',
              "must be map if x-kubernetes-list-map-keys is non-empty"));
    }
    if (listType.equals("map")) {
      checkMapKeys(schema, path);
    }
    var mapType = schema.path("x-kubernetes-map-type").asString("");
    if (!mapType.isEmpty() && !List.of("atomic", "granular").contains(mapType)) {
      problems.add(
          FieldError.notSupported(
              path + ".x-kubernetes-map-type", '"' + mapType + '"', List.of("atomic", "granular")));
    }
  }

  private void checkMapKeys(JsonNode schema, String path) {
    var keys = schema.path("x-kubernetes-list-map-keys");
    var keysPath = path + ".x-kubernetes-list-map-keys";
    var items = schema.path("items");
    if (keys.isEmpty()) {
      problems.add(
          FieldError.required(keysPath, "must not be empty if x-kubernetes-list-type is map"));
    }
    if (!items.path("type").asString("").equals("object")) {
      problems.add(
          FieldError.invalid(
              path + ".items.type",
              items.path("type").toString(),
              "must be object if parent array's x-kubernetes-list-type is map"));
    }
    var seen = new TreeSet<String>();
    for (var key : keys) {
      var name = key.asString("");
      var property = items.path("properties").path(name);
      var propertyPath = path + ".items.properties[" + name + "]";
      if (!seen.add(name)) {
        problems.add(
            FieldError.invalid(keysPath, keys.toString(), "must not contain duplicate entries"));
      } else if (property.isMissingNode()) {
        problems.add(
            FieldError.invalid(
                keysPath, keys.toString(), "entries must all be names of item properties"));
      } else if (List.of("array", "object").contains(property.path("type").asString(""))) {
        problems.add(
            FieldError.invalid(
                propertyPath + ".type",
                property.path("type").toString(),
                "must be a scalar type if parent array's x-kubernetes-list-type is map"));
      } else if (!property.has("default") && !holds(items.path("required"), name)) {
        problems.add(
            FieldError.required(
                propertyPath + ".default",
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                    + " required property"));
      }
    }
  }

  private void checkRules(JsonNode rules, String path) {
    for (var i = 0; i < rules.size(); i++) {
      var rule = rules.path(i);
      var at = path + "[" + i + "]";
      var text = rule.path("rule").asString("");
      var message = rule.path("message");
      if (text.strip().isEmpty()) {
        problems.add(FieldError.required(at + ".rule", "rule is not specified"));
      }
      if (message.isString() && message.stringValue().strip().isEmpty()) {
        problems.add(
            FieldError.invalid(
                at + ".message", message.toString(), "must be non-empty if specified"));
      } else if (message.asString("").contains("\n")) {
        problems.add(
            FieldError.invalid(
                at + ".message", message.toString(), "must not contain line breaks"));
      } else if (text.strip().contains("\n") && !message.isString()) {
        problems.add(
            FieldError.required(
                at + ".message", "message must be specified if rule contains line breaks"));
      }
    }
  }

  private void checkMetadata(JsonNode schema, String path, Place place) {
    var metadata = schema.path("properties").path("metadata");
    if (metadata.isMissingNode()
        || !(place == Place.ROOT || isTrue(schema, "x-kubernetes-embedded-resource"))) {
      return;
    }
    var inner = path + ".properties[metadata]";
    if (!metadata.path("type").asString("").equals("object")) {
      problems.add(
          FieldError.invalid(inner + ".type", metadata.path("type").toString(), "must be object"));
    }
    for (var property : metadata.path("properties").propertyNames()) {
      if (!property.equals("name") && !property.equals("generateName")) {
        problems.add(
            FieldError.forbidden(
                inner,
                "must not specify anything other than name and generateName, but metadata is"
                    + " implicitly specified"));
        return;
      }
    }
  }

  private void checkLogicOf(JsonNode schema, String path, boolean isIntOrString) {
    for (var name : List.of("allOf", "anyOf", "oneOf")) {
      for (var i = 0; i < schema.path(name).size(); i++) {
        checkLogic(schema.path(name).path(i), path + "." + name + "[" + i + "]", isIntOrString);
      }
    }
    if (schema.path("not").isObject()) {
      checkLogic(schema.path("not"), path + ".not", isIntOrString);
    }
  }

  /**
   * Types are allowed below an int-or-string, as in {@code anyOf: [type: integer, type: string]}.
   */
  private void checkLogic(JsonNode logic, String path, boolean isIntOrString) {
    for (var entry : NOT_IN_LOGIC) {
      var colon = entry.indexOf(':');
      var name = entry.substring(0, colon);
      if (logic.has(name) && !(isIntOrString && name.equals("type"))) {
        problems.add(FieldError.forbidden(path + "." + name, entry.substring(colon + 2)));
      }
    }
    for (var property : logic.path("properties").properties()) {
      checkLogic(property.getValue(), path + ".properties[" + property.getKey() + "]", false);
    }
    if (logic.path("items").isObject()) {
      checkLogic(logic.path("items"), path + ".items", false);
    }
    checkLogicOf(logic, path, isIntOrString);
  }

  private static boolean holds(JsonNode list, String name) {
    return list.values().stream().anyMatch(item -> item.asString("").equals(name));
  }

  private static boolean isTrue(JsonNode schema, String name) {
    return schema.path(name).asBoolean(false);
  }
}
