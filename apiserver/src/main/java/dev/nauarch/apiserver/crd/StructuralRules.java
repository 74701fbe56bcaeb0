package dev.nauarch.apiserver.crd;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.nauarch.api.FieldError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What is wrong with a schema as a structural one: every part has one type that pruning, defaults
 * and ownership can follow, and logic ({@code allOf}, {@code anyOf}, {@code oneOf}, {@code not})
 * only restricts.
 */
final class StructuralRules {

  /** Where a part of a schema stands. */
  private enum Place {
    ROOT("at the root"),
    PROPERTY("for specified object fields"),
    ITEM("for specified array items");

    private final String words;

    Place(String words) {
      this.words = words;
    }
  }

  private static final Set<String> NAMES = Set.of("name", "generateName");

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

  /** The problems of the schema of a custom resource, sorted by their texts; empty for none. */
  static List<FieldError> problems(JsonNode schema, String path) {
    var rules = new StructuralRules();
    rules.check(schema, path, Place.ROOT);
    rules.checkLogicIsDeclared(schema, schema, path, path);
    rules.problems.sort(Comparator.comparing(FieldError::toString));
    return rules.problems;
  }

  private void check(JsonNode schema, String path, Place place) {
    var isArray = type(schema).equals("array");
    if (isArray && !schema.path("items").isObject()) {
      problems.add(FieldError.required(path + ".items", "must be specified"));
    }
    if (schema.path("items").isObject()) {
      check(schema.path("items"), path + ".items", Place.ITEM);
    }
    for (var property : schema.path("properties").properties()) {
      check(property.getValue(), property(path, property.getKey()), Place.PROPERTY);
    }
    if (isSet(schema, "additionalProperties")) {
      if (place == Place.ROOT) {
        forbidden(path, "additionalProperties", "must not be used at the root");
      }
      if (schema.path("additionalProperties").isObject()) {
        check(schema.path("additionalProperties"), path + ".additionalProperties", Place.PROPERTY);
      }
    }
    checkExtensions(schema, path);
    checkLogicOf(schema, path, true);
    checkType(schema, path, place);
    checkMetadata(schema, path, place);
  }

  private void checkExtensions(JsonNode schema, String path) {
    if (isTrue(schema, "x-kubernetes-int-or-string")) {
      for (var name :
          List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")) {
        if (isTrue(schema, name)) {
          problems.add(
              FieldError.invalid(
                  path + "." + name,
                  "true",
                  "must be false if x-kubernetes-int-or-string is true"));
        }
      }
    }
  }

  private void checkType(JsonNode schema, String path, Place place) {
    var type = type(schema);
    var isEmbedded = isTrue(schema, "x-kubernetes-embedded-resource");
    if (isEmbedded && !type.equals("object")) {
      var detail = "must be object if x-kubernetes-embedded-resource is true";
      problems.add(
          type.isEmpty()
              ? FieldError.required(path + ".type", detail)
              : FieldError.invalid(path + ".type", '"' + type + '"', detail));
    } else if (type.isEmpty()
        && !isTrue(schema, "x-kubernetes-int-or-string")
        && !isTrue(schema, "x-kubernetes-preserve-unknown-fields")) {
      problems.add(FieldError.required(path + ".type", "must not be empty " + place.words));
    }
    if (isEmbedded && isSet(schema, "additionalProperties")) {
      forbidden(
          path,
          "additionalProperties",
          "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (place == Place.ROOT && !type.isEmpty() && !type.equals("object")) {
      problems.add(
          FieldError.invalid(path + ".type", '"' + type + '"', "must be object at the root"));
    }
    if (isEmbedded
        && !isTrue(schema, "x-kubernetes-preserve-unknown-fields")
        && schema.path("properties").isEmpty()) {
      problems.add(
          FieldError.required(
              path + ".properties",
              "must not be empty if x-kubernetes-embedded-resource is true without"
                  + " x-kubernetes-preserve-unknown-fields"));
    }
  }

  private void checkMetadata(JsonNode schema, String path, Place place) {
    if (place != Place.ROOT && !isTrue(schema, "x-kubernetes-embedded-resource")) {
      return;
    }
    for (var name : List.of("kind", "apiVersion")) {
      mustHaveType(schema.path("properties").path(name), property(path, name), "string");
    }
    var metadata = schema.path("properties").path("metadata");
    var inner = property(path, "metadata");
    mustHaveType(metadata, inner, "object");
    if (place == Place.ROOT && metadata.isObject() && !isOfNamesOnly(metadata)) {
      problems.add(
          FieldError.forbidden(
              inner,
              "must not specify anything other than name and generateName, but metadata is"
                  + " implicitly specified"));
    }
  }

  private void mustHaveType(JsonNode part, String path, String type) {
    if (part.isObject() && !type(part).equals(type)) {
      problems.add(FieldError.invalid(path + ".type", '"' + type(part) + '"', "must be " + type));
    }
  }

  private static boolean isOfNamesOnly(JsonNode metadata) {
    for (var field : metadata.properties()) {
      var isAllowed =
          switch (field.getKey()) {
            case "type", "default" -> true;
            case "properties" -> NAMES.containsAll(field.getValue().propertyNames());
            default -> isZero(field.getValue());
          };
      if (!isAllowed) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(JsonNode value) {
    return value.isNull()
        || (value.isContainer() && value.isEmpty())
        || (value.isString() && value.stringValue().isEmpty())
        || (value.isBoolean() && !value.booleanValue());
  }

  /**
   * Checks the logic of a part.
   *
   * @param mayTellTypes whether {@code anyOf} may say that it is an integer or a string
   */
  private void checkLogicOf(JsonNode schema, String path, boolean mayTellTypes) {
    checkPattern(schema.path("pattern"), path + ".pattern");
    for (var name : List.of("anyOf", "allOf", "oneOf")) {
      var list = schema.path(name);
      if (mayTellTypes && name.equals("anyOf") && isIntOrString(list)) {
        continue;
      }
      for (var i = 0; i < list.size(); i++) {
        var isTold =
            mayTellTypes
                && name.equals("allOf")
                && i == 0
                && isIntOrString(list.path(0).path("anyOf"));
        checkLogic(list.path(i), path + "." + name + "[" + i + "]", isTold);
      }
    }
    if (schema.path("not").isObject()) {
      checkLogic(schema.path("not"), path + ".not", false);
    }
  }

  /** Whether it is {@code [type: integer, type: string]}. */
  private static boolean isIntOrString(JsonNode anyOf) {
    return anyOf.size() == 2
        && isTypeOnly(anyOf.path(0), "integer")
        && isTypeOnly(anyOf.path(1), "string");
  }

  private static boolean isTypeOnly(JsonNode schema, String type) {
    return type(schema).equals(type)
        && schema
            .propertyStream()
            .allMatch(field -> field.getKey().equals("type") || isZero(field.getValue()));
  }

  private void checkLogic(JsonNode logic, String path, boolean hasTypes) {
    for (var entry : NOT_IN_LOGIC) {
      var colon = entry.indexOf(':');
      var name = entry.substring(0, colon);
      if (logic.has(name) && (name.equals("default") || !isZero(logic.path(name)))) {
        forbidden(path, name, entry.substring(colon + 2));
      }
    }
    for (var property : logic.path("properties").properties()) {
      checkLogic(property.getValue(), property(path, property.getKey()), false);
    }
    if (logic.path("properties").has("metadata")) {
      problems.add(
          FieldError.forbidden(
              property(path, "metadata"), "must not be specified in a nested context"));
    }
    if (logic.path("items").isObject()) {
      checkLogic(logic.path("items"), path + ".items", false);
    }
    if (!hasTypes) {
      checkLogicOf(logic, path, false);
    }
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

  /** Whatever the root's logic speaks of must be declared outside of it too. */
  private void checkLogicIsDeclared(
      JsonNode schema, JsonNode declared, String declaredPath, String path) {
    for (var name : List.of("allOf", "anyOf", "oneOf")) {
      for (var i = 0; i < schema.path(name).size(); i++) {
        var inner = path + "." + name + "[" + i + "]";
        checkDeclared(schema.path(name).path(i), declared, declaredPath, inner);
      }
    }
    if (schema.path("not").isObject()) {
      checkDeclared(schema.path("not"), declared, declaredPath, path + ".not");
    }
  }

  private void checkDeclared(
      JsonNode logic, JsonNode declared, String declaredPath, String logicPath) {
    for (var property : logic.path("properties").properties()) {
      var name = property.getKey();
      var inner = declared.path("properties").path(name);
      var innerPath = property(declaredPath, name);
      if (inner.isMissingNode()) {
        problems.add(FieldError.required(innerPath, undeclared(property(logicPath, name))));
      } else {
        checkDeclared(property.getValue(), inner, innerPath, property(logicPath, name));
      }
    }
    if (logic.path("items").isObject()) {
      if (declared.path("items").isObject()) {
        checkDeclared(
            logic.path("items"),
            declared.path("items"),
            declaredPath + ".items",
            logicPath + ".items");
      } else {
        problems.add(
            FieldError.required(declaredPath + ".items", undeclared(logicPath + ".items")));
      }
    }
    checkLogicIsDeclared(logic, declared, declaredPath, logicPath);
  }

  private static String undeclared(String logicPath) {
    return "because it is defined in " + logicPath;
  }

  private void forbidden(String path, String name, String detail) {
    problems.add(FieldError.forbidden(path + "." + name, detail));
  }

  private static String property(String path, String name) {
    return path + ".properties[" + name + "]";
  }

  private static String type(JsonNode schema) {
    return schema.path("type").asString("");
  }

  private static boolean isSet(JsonNode schema, String name) {
    return schema.path(name).isObject() || isTrue(schema, name);
  }

  private static boolean isTrue(JsonNode schema, String name) {
    return schema.path(name).asBoolean(false);
  }
}
