package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What is wrong with a schema beyond its structure: keywords, lists, maps, the texts of rules. */
final class SchemaRules {

  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "object", "string");
  private static final List<String> LIST_TYPES = List.of("atomic", "set", "map");
  private static final List<String> MAP_TYPES = List.of("atomic", "granular");
  private static final List<String> UNSUPPORTED =
      List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");
  private static final Set<String> OF_EVERY_OBJECT = Set.of("metadata", "kind", "apiVersion");

  /**
   * Where a part of a schema stands.
   *
   * @param isRoot whether it is the root
   * @param isMetadata whether it is inside of what all objects have
   * @param noDefaults why it can't have a default; empty where it can
   */
  private record Place(boolean isRoot, boolean isMetadata, String noDefaults) {
    Place inside() {
      return new Place(false, isMetadata, noDefaults);
    }
  }

  private final List<FieldError> problems = new ArrayList<>();

  private SchemaRules() {}

  /** The problems of the schema of a custom resource; empty for none. */
  static List<FieldError> problems(JsonNode schema, String path) {
    var rules = new SchemaRules();
    if (isTrue(schema, "nullable")) {
      rules.forbidden(path + ".nullable", "nullable cannot be true at the root");
    }
    rules.check(schema, path, new Place(true, false, ""));
    return rules.problems;
  }

  private void check(JsonNode schema, String path, Place place) {
    checkKeywords(schema, path, place);
    checkProperties(schema, path, place);
    for (var logic : List.of("not", "allOf", "oneOf", "anyOf")) {
      var value = schema.path(logic);
      if (value.isObject()) {
        check(value, path + "." + logic, place.inside());
      }
      for (var i = 0; value.isArray() && i < value.size(); i++) {
        check(value.path(i), path + "." + logic + "[" + i + "]", place.inside());
      }
    }
    if (schema.path("items").isObject()) {
      check(schema.path("items"), path + ".items", place.inside());
    }
    checkMap(schema, path);
    checkList(schema, path);
    new RuleTexts(schema, problems).check(path + ".x-kubernetes-validations");
  }

  private void checkKeywords(JsonNode schema, String path, Place place) {
    var type = type(schema);
    if (!type.isEmpty() && !TYPES.contains(type)) {
      problems.add(FieldError.notSupported(path + ".type", '"' + type + '"', TYPES));
    }
    if (schema.has("default") && !place.noDefaults.isEmpty()) {
      forbidden(path + ".default", "must not be set " + place.noDefaults);
    }
    for (var name : UNSUPPORTED) {
      if (schema.has(name)) {
        forbidden(path + "." + name, name + " is not supported");
      }
    }
    if (type.equals("null")) {
      forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative");
    }
    if (schema.path("items").isArray()) {
      forbidden(path + ".items", "items must be a schema object and not an array");
    }
    if (place.isMetadata && isTrue(schema, "x-kubernetes-embedded-resource")) {
      forbidden(
          path + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta");
    }
    if (isTrue(schema, "uniqueItems")) {
      forbidden(
          path + ".uniqueItems",
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    var preserves = schema.path("x-kubernetes-preserve-unknown-fields");
    if (preserves.isBoolean() && !preserves.booleanValue()) {
      problems.add(
          FieldError.invalid(
              path + ".x-kubernetes-preserve-unknown-fields",
              "false",
              "must be true or undefined"));
    }
  }

  private void checkProperties(JsonNode schema, String path, Place place) {
    var values = schema.path("additionalProperties");
    var properties = schema.path("properties");
    if (!properties.isEmpty()
        && (values.isObject() || (values.isBoolean() && !values.asBoolean()))) {
      forbidden(
          path + ".additionalProperties",
          "additionalProperties and properties are mutual exclusive");
    }
    if (values.isObject()) {
      var inside =
          place.isMetadata
              ? new Place(false, true, "inside additionalProperties applying to object metadata")
              : place.inside();
      check(values, path + ".additionalProperties", inside);
    }
    var isWhole = place.isRoot || isTrue(schema, "x-kubernetes-embedded-resource");
    for (var property : properties.properties()) {
      var name = property.getKey();
      var inside = place.inside();
      if (isWhole && OF_EVERY_OBJECT.contains(name)) {
        inside = new Place(false, true, place.isRoot ? "in top-level " + name : place.noDefaults);
      }
      check(property.getValue(), path + ".properties[" + name + "]", inside);
    }
  }

  private void checkMap(JsonNode schema, String path) {
    if (schema.has("x-kubernetes-map-type")) {
      mustBe(schema, "object", path, "x-kubernetes-map-type");
      var mapType = schema.path("x-kubernetes-map-type").asString("");
      if (!MAP_TYPES.contains(mapType)) {
        problems.add(
            FieldError.notSupported(
                path + ".x-kubernetes-map-type", '"' + mapType + '"', MAP_TYPES));
      }
    }
  }

  private boolean mustBe(JsonNode schema, String type, String path, String keyword) {
    if (type(schema).equals(type)) {
      return true;
    }
    var detail = "must be " + type + " if " + keyword + " is specified";
    problems.add(
        type(schema).isEmpty()
            ? FieldError.required(path + ".type", detail)
            : FieldError.invalid(path + ".type", '"' + type(schema) + '"', detail));
    return false;
  }

  private void checkList(JsonNode schema, String path) {
    var typePath = path + ".x-kubernetes-list-type";
    var listType = schema.path("x-kubernetes-list-type").asString("");
    var items = schema.path("items");
    if (schema.has("x-kubernetes-list-type")) {
      if (mustBe(schema, "array", path, "x-kubernetes-list-type") && listType.equals("set")) {
        checkSetItems(items, path + ".items");
      }
      if (!LIST_TYPES.contains(listType)) {
        problems.add(FieldError.notSupported(typePath, '"' + listType + '"', LIST_TYPES));
      }
    }
    if (!schema.path("x-kubernetes-list-map-keys").isEmpty() && !listType.equals("map")) {
      var detail = "must be map if x-kubernetes-list-map-keys is non-empty";
      problems.add(
          listType.isEmpty()
              ? FieldError.required(typePath, detail)
              : FieldError.invalid(typePath, '"' + listType + '"', detail));
    }
    if (listType.equals("map")) {
      checkMapKeys(schema, path);
    }
    if (items.isObject() && (listType.equals("set") || listType.equals("map"))) {
      if (isTrue(items, "nullable")) {
        forbidden(
            path + ".items.nullable",
            "cannot be nullable when x-kubernetes-list-type is " + listType);
      }
      if (listType.equals("map")) {
        checkKeysAreThere(schema, items, path + ".items");
      }
    }
  }

  private void checkSetItems(JsonNode items, String path) {
    var detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
    var listType = items.path("x-kubernetes-list-type");
    var shown = items.has("x-kubernetes-list-type") ? listType.toString() : "null";
    if (type(items).equals("array")
        && items.has("x-kubernetes-list-type")
        && !listType.asString("").equals("atomic")) {
      problems.add(FieldError.invalid(path + ".x-kubernetes-list-type", shown, detail));
    }
    if (type(items).equals("object")
        && !items.path("x-kubernetes-map-type").asString("").equals("atomic")) {
      problems.add(FieldError.invalid(path + ".x-kubernetes-map-type", shown, detail));
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
    if (items.isMissingNode()) {
      problems.add(
          FieldError.required(
              path + ".items", "must have a schema if x-kubernetes-list-type is map"));
    }
    if (!items.isObject()) {
      return;
    }
    if (!type(items).equals("object")) {
      problems.add(
          FieldError.invalid(
              path + ".items.type",
              '"' + type(items) + '"',
              "must be object if parent array's x-kubernetes-list-type is map"));
      return;
    }
    var seen = new HashSet<String>();
    for (var key : keys) {
      var name = key.asString("");
      var property = items.path("properties").path(name);
      if (property.isMissingNode()) {
        problems.add(
            FieldError.invalid(
                keysPath, keys.toString(), "entries must all be names of item properties"));
      } else if (List.of("array", "object").contains(type(property))) {
        problems.add(
            FieldError.invalid(
                path + ".items.properties[" + name + "].type",
                '"' + type(items) + '"',
                "must be a scalar type if parent array's x-kubernetes-list-type is map"));
      }
      if (!seen.add(name)) {
        problems.add(
            FieldError.invalid(keysPath, keys.toString(), "must not contain duplicate entries"));
      }
    }
  }

  /** Every item must have its keys, or lists could not merge by them. */
  private void checkKeysAreThere(JsonNode schema, JsonNode items, String path) {
    var required = new HashSet<String>();
    items.path("required").forEach(name -> required.add(name.asString("")));
    for (var key : schema.path("x-kubernetes-list-map-keys")) {
      var name = key.asString("");
      var property = items.path("properties").path(name);
      var propertyPath = path + ".properties[" + name + "]";
      if (property.isMissingNode()) {
        continue;
      }
      if (!required.contains(name) && !property.has("default")) {
        problems.add(
            FieldError.required(
                propertyPath + ".default",
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                    + " required property"));
      }
      if (isTrue(property, "nullable")) {
        forbidden(
            propertyPath + ".nullable",
            "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
      }
    }
  }

  private void forbidden(String path, String detail) {
    problems.add(FieldError.forbidden(path, detail));
  }

  private static String type(JsonNode schema) {
    return schema.path("type").asString("");
  }

  private static boolean isTrue(JsonNode schema, String name) {
    return schema.path(name).asBoolean(false);
  }
}
