package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What is wrong with the schemas, subresources, columns and selectable fields of a definition's
 * versions. What all versions have alike is spoken of as the definition's own.
 */
final class VersionRules {

  private static final List<String> COLUMN_TYPES =
      List.of("boolean", "date", "integer", "number", "string");
  private static final List<String> COLUMN_FORMATS =
      List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
  private static final int SELECTABLE_FIELDS_MAX = 8;

  /** What may stand at the root of a schema of which the status is cut out. */
  private static final String AT_ROOT =
      "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength"
          + " MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties"
          + " ExternalDocs Example XPreserveUnknownFields XValidations]";

  private static final Set<String> NOT_AT_ROOT =
      Set.of(
          "id",
          "$schema",
          "$ref",
          "default",
          "enum",
          "maxProperties",
          "minProperties",
          "allOf",
          "oneOf",
          "anyOf",
          "not",
          "additionalProperties",
          "patternProperties",
          "dependencies",
          "additionalItems",
          "definitions",
          "nullable",
          "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-list-type",
          "x-kubernetes-map-type");

  /** Rules can't read metadata beyond its names, so its schema does not matter to them. */
  private static final SchemaReader READER =
      new SchemaReader(Schema.builder(Schema.Type.OBJECT).build());

  private final List<JsonNode> versions;
  private final Definition before;
  private final List<FieldError> problems = new ArrayList<>();

  /**
   * @param before the definition that it replaces, which may be empty
   */
  VersionRules(Definition definition, Definition before) {
    this.versions = definition.versions();
    this.before = before;
  }

  /** All of it. */
  List<FieldError> problems() {
    if (!versions.isEmpty()) {
      each("schema", "spec.validation", this::checkSchema);
      each("subresources", "spec.subresources", (value, _, path) -> checkSubresources(value, path));
      each(
          "additionalPrinterColumns",
          "spec.additionalPrinterColumns",
          (value, _, path) -> checkColumns(value, path));
      each("selectableFields", "spec.selectableFields", this::checkSelectable);
    }
    return problems;
  }

  /** Checks one thing of a version. */
  private interface Check {
    void check(JsonNode value, JsonNode version, String path);
  }

  private void each(String name, String sharedPath, Check check) {
    var first = versions.getFirst().path(name);
    if (versions.stream().allMatch(version -> version.path(name).equals(first))) {
      check.check(first, versions.getFirst(), sharedPath);
      return;
    }
    for (var i = 0; i < versions.size(); i++) {
      var version = versions.get(i);
      check.check(version.path(name), version, "spec.versions[" + i + "]." + name);
    }
  }

  private void checkSchema(JsonNode value, JsonNode version, String path) {
    var schema = value.path("openAPIV3Schema");
    var schemaPath = path + ".openAPIV3Schema";
    if (!schema.isObject()) {
      return;
    }
    if (version.path("subresources").has("status")) {
      checkRoot(schema, schemaPath);
    }
    var structural = StructuralRules.problems(schema, schemaPath);
    problems.addAll(structural);
    var defaults =
        structural.isEmpty() ? DefaultRules.problems(schema, schemaPath) : List.<FieldError>of();
    problems.addAll(defaults);
    var own = SchemaRules.problems(schema, schemaPath);
    problems.addAll(own);
    if (structural.isEmpty() && defaults.isEmpty() && own.isEmpty() && !isUnchanged(version)) {
      problems.addAll(RuleSet.of(READER.resource("", schema)).mistakes(schemaPath));
    }
  }

  /** A schema that was accepted stays so, whatever its rules are thought to cost by now. */
  private boolean isUnchanged(JsonNode version) {
    var name = version.path("name");
    return before.versions().stream()
        .filter(old -> old.path("name").equals(name))
        .anyMatch(old -> old.path("schema").equals(version.path("schema")));
  }

  private void checkRoot(JsonNode schema, String path) {
    var type = schema.path("type").asString("");
    if (!type.equals("object") && !type.isEmpty()) {
      invalid(
          path + ".type",
          type,
          "only \"object\" is allowed as the type at the root of the schema if the status"
              + " subresource is enabled");
    } else if (schema.propertyNames().stream().anyMatch(NOT_AT_ROOT::contains)) {
      problems.add(
          FieldError.invalid(
              path,
              schema.toString(),
              "only "
                  + AT_ROOT
                  + " fields are allowed at the root of the schema if the status subresource is"
                  + " enabled"));
    }
  }

  private void checkSubresources(JsonNode value, String path) {
    var scale = value.path("scale");
    if (scale.isObject()) {
      var at = path + ".scale";
      scalePath(scale, at, "specReplicasPath", List.of(".spec."), ".spec");
      scalePath(scale, at, "statusReplicasPath", List.of(".status."), ".status");
      if (!scale.path("labelSelectorPath").asString("").isEmpty()) {
        var roots = List.of(".spec.", ".status.");
        scalePath(scale, at, "labelSelectorPath", roots, "either .spec or .status");
      }
    }
  }

  private void scalePath(
      JsonNode scale, String path, String name, List<String> roots, String where) {
    var value = scale.path(name).asString("");
    if (value.isEmpty()) {
      problems.add(FieldError.required(path + "." + name, ""));
    } else if (!value.startsWith(".")) {
      invalid(path + "." + name, value, "must be a simple json path starting with .");
    } else if (roots.stream().noneMatch(value::startsWith)) {
      invalid(path + "." + name, value, "should be a json path under " + where);
    }
  }

  private void checkColumns(JsonNode columns, String path) {
    for (var i = 0; i < columns.size(); i++) {
      checkColumn(columns.path(i), path + "[" + i + "]");
    }
  }

  private void checkColumn(JsonNode column, String path) {
    if (column.path("name").asString("").isEmpty()) {
      problems.add(FieldError.required(path + ".name", ""));
    }
    var type = column.path("type").asString("");
    var types = "must be one of " + String.join(",", COLUMN_TYPES);
    if (type.isEmpty()) {
      problems.add(FieldError.required(path + ".type", types));
    } else if (!COLUMN_TYPES.contains(type)) {
      invalid(path + ".type", type, types);
    }
    var format = column.path("format").asString("");
    if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
      invalid(path + ".format", format, "must be one of " + String.join(",", COLUMN_FORMATS));
    }
    var jsonPath = column.path("jsonPath").asString("");
    if (jsonPath.isEmpty()) {
      problems.add(FieldError.required(path + ".JSONPath", ""));
    } else if (!jsonPath.startsWith(".")) {
      invalid(path + ".JSONPath", jsonPath, "must be a simple json path starting with .");
    }
  }

  private void checkSelectable(JsonNode fields, JsonNode version, String path) {
    var schema = version.path("schema").path("openAPIV3Schema");
    var known = new HashSet<String>();
    for (var i = 0; i < fields.size(); i++) {
      var at = path + "[" + i + "].jsonPath";
      var jsonPath = fields.path(i).path("jsonPath").asString("");
      if (jsonPath.isEmpty()) {
        problems.add(FieldError.required(at, ""));
        continue;
      }
      switch (SchemaPath.read(jsonPath, schema, false)) {
        case SchemaPath.Reading.Refused(var why) ->
            invalid(at, jsonPath, "is an invalid path: " + why);
        case SchemaPath.Reading.Found(var found) -> {
          if (found.root().equals("metadata")) {
            invalid(at, jsonPath, "must not point to fields in metadata");
          }
          if (!List.of("string", "boolean", "integer")
              .contains(found.target().path("type").asString(""))) {
            invalid(
                at,
                jsonPath,
                "must point to a field of type string, boolean or integer. Enum string fields and"
                    + " strings with formats are allowed.");
          }
          if (!known.add(found.text())) {
            problems.add(FieldError.duplicate(at, Json.quoted(jsonPath)));
          }
        }
      }
    }
    if (known.size() > SELECTABLE_FIELDS_MAX && !fields.equals(oldFields(version))) {
      problems.add(
          new FieldError(
              FieldError.Type.TOO_MANY,
              path,
              "Too many: "
                  + known.size()
                  + ": must have at most "
                  + SELECTABLE_FIELDS_MAX
                  + " items"));
    }
  }

  private JsonNode oldFields(JsonNode version) {
    return before.versions().stream()
        .filter(old -> old.path("name").equals(version.path("name")))
        .map(old -> old.path("selectableFields"))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  private void invalid(String path, String value, String detail) {
    problems.add(FieldError.invalid(path, Json.quoted(value), detail));
  }
}
