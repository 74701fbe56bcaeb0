package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with a CustomResourceDefinition, in the words of Kubernetes. */
final class DefinitionRules {

  private static final Pattern LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final String LABEL_FORM =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
          + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final String SUBDOMAIN_FORM =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final List<String> COLUMN_TYPES =
      List.of("boolean", "date", "integer", "number", "string");
  private static final List<String> COLUMN_FORMATS =
      List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "name", "password");
  private static final Pattern PROTECTED = Pattern.compile("(^|\\.)(k8s|kubernetes)\\.io$");
  private static final String APPROVAL = "api-approved.kubernetes.io";
  private static final int LABEL_LENGTH_MAX = 63;

  /** Rules can't read metadata beyond its names, so its schema does not matter to them. */
  private static final SchemaReader READER =
      new SchemaReader(Schema.builder(Schema.Type.OBJECT).build());

  private final Definition definition;
  private final List<FieldError> problems = new ArrayList<>();

  private DefinitionRules(Definition definition) {
    this.definition = definition;
  }

  /** The problems of a definition whose own schema was checked already; empty for none. */
  static List<FieldError> problems(ObjectNode object) {
    var rules = new DefinitionRules(new Definition(object));
    rules.checkName();
    rules.checkGroup();
    rules.checkScope();
    rules.checkVersions();
    rules.checkNames();
    rules.checkConversion();
    return rules.problems;
  }

  private void checkName() {
    var plural = definition.names().path("plural").asString("");
    if (!definition.name().equals(plural + "." + definition.group())) {
      invalid("metadata.name", definition.name(), "must be spec.names.plural+\".\"+spec.group");
    }
  }

  private void checkGroup() {
    var group = definition.group();
    if (group.isEmpty()) {
      problems.add(FieldError.required("spec.group", ""));
    } else if (!SUBDOMAIN.matcher(group).matches()) {
      invalid("spec.group", group, SUBDOMAIN_FORM);
    } else if (!group.contains(".")) {
      invalid("spec.group", group, "should be a domain with at least one dot");
    } else if (PROTECTED.matcher(group).find()
        && !definition.object().path("metadata").path("annotations").has(APPROVAL)) {
      problems.add(
          FieldError.required(
              "metadata.annotations[" + APPROVAL + "]",
              "groups of Kubernetes itself must have the approval annotation \""
                  + APPROVAL
                  + "\""));
    }
  }

  private void checkScope() {
    var scope = definition.spec().path("scope");
    if (scope.asString("").isEmpty()) {
      problems.add(FieldError.required("spec.scope", ""));
    } else if (!List.of("Cluster", "Namespaced").contains(scope.asString())) {
      problems.add(
          FieldError.notSupported(
              "spec.scope", scope.toString(), List.of("Cluster", "Namespaced")));
    }
  }

  private void checkVersions() {
    var names = new TreeSet<String>();
    var stored = 0;
    var versions = definition.versions();
    var list =
        definition.spec().has("versions") ? definition.spec().path("versions").toString() : "null";
    for (var i = 0; i < versions.size(); i++) {
      var version = versions.get(i);
      checkVersion(version, "spec.versions[" + i + "]");
      names.add(version.path("name").asString(""));
      stored += version.path("storage").asBoolean(false) ? 1 : 0;
    }
    if (names.size() < versions.size()) {
      problems.add(FieldError.invalid("spec.versions", list, "must contain unique version names"));
    }
    if (stored != 1) {
      problems.add(
          FieldError.invalid(
              "spec.versions", list, "must have exactly one version marked as storage version"));
    }
  }

  private void checkVersion(JsonNode version, String path) {
    label(path + ".name", version.path("name").asString(""), "");
    var warning = version.path("deprecationWarning");
    if (warning.isString() && !version.path("deprecated").asBoolean(false)) {
      invalid(
          path + ".deprecationWarning",
          warning.asString(),
          "can only be set for deprecated versions");
    }
    var schema = version.path("schema").path("openAPIV3Schema");
    var schemaPath = path + ".schema.openAPIV3Schema";
    if (schema.isObject()) {
      var structural = StructuralRules.problems(schema, schemaPath);
      problems.addAll(structural);
      if (structural.isEmpty()) {
        problems.addAll(DefaultRules.problems(schema, schemaPath));
        problems.addAll(RuleSet.of(READER.resource("", schema)).mistakes(schemaPath));
      }
    } else {
      problems.add(FieldError.required(schemaPath, ""));
    }
    checkScale(version.path("subresources").path("scale"), path + ".subresources.scale");
    var columns = version.path("additionalPrinterColumns");
    for (var i = 0; i < columns.size(); i++) {
      checkColumn(columns.path(i), path + ".additionalPrinterColumns[" + i + "]");
    }
    var fields = version.path("selectableFields");
    for (var i = 0; i < fields.size(); i++) {
      checkSelectable(fields.path(i), schema, path + ".selectableFields[" + i + "].jsonPath");
    }
  }

  private void checkScale(JsonNode scale, String path) {
    if (scale.isObject()) {
      scalePath(scale, path, "specReplicasPath", List.of(".spec."), ".spec");
      scalePath(scale, path, "statusReplicasPath", List.of(".status."), ".status");
      if (!scale.path("labelSelectorPath").asString("").isEmpty()) {
        scalePath(
            scale,
            path,
            "labelSelectorPath",
            List.of(".spec.", ".status."),
            "either .spec or .status");
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

  private void checkSelectable(JsonNode field, JsonNode schema, String path) {
    var jsonPath = field.path("jsonPath").asString("");
    if (jsonPath.isEmpty()) {
      problems.add(FieldError.required(path, ""));
      return;
    }
    if (jsonPath.startsWith(".metadata.")) {
      invalid(path, jsonPath, "must not point to fields in metadata");
    }
    var target = schema;
    for (var name : Pattern.compile("\\.").splitAsStream(jsonPath).skip(1).toList()) {
      target = target.path("properties").path(name);
    }
    if (target.isMissingNode()) {
      invalid(path, jsonPath, "is an invalid path: does not refer to a valid field");
    } else if (!List.of("string", "boolean", "integer")
        .contains(target.path("type").asString(""))) {
      invalid(
          path,
          jsonPath,
          "must point to a field of type string, boolean or integer. Enum string fields and strings"
              + " with formats are allowed.");
    }
  }

  private void checkNames() {
    var names = definition.names();
    for (var name : List.of("plural", "singular", "kind", "listKind")) {
      var value = names.path(name).asString("");
      var isKind = name.equals("kind") || name.equals("listKind");
      if (value.isEmpty()) {
        problems.add(FieldError.required("spec.names." + name, ""));
      } else if (isKind) {
        label("spec.names." + name, value, "may have mixed case, but should otherwise match: ");
      } else {
        label("spec.names." + name, value, "");
      }
    }
    for (var list : List.of("shortNames", "categories")) {
      for (var i = 0; i < names.path(list).size(); i++) {
        label("spec.names." + list + "[" + i + "]", names.path(list).path(i).asString(""), "");
      }
    }
    if (!definition.kind().isEmpty() && names.path("kind").equals(names.path("listKind"))) {
      invalid("spec.names.listKind", definition.kind(), "kind and listKind may not be the same");
    }
  }

  private void checkConversion() {
    var strategy = definition.spec().path("conversion").path("strategy");
    if (!List.of("", "None", "Webhook").contains(strategy.asString(""))) {
      problems.add(
          FieldError.notSupported(
              "spec.conversion.strategy", strategy.toString(), List.of("None", "Webhook")));
    }
    if (strategy.asString("").equals("Webhook")) {
      var webhook = definition.spec().path("conversion").path("webhook");
      if (!webhook.has("clientConfig")) {
        problems.add(
            FieldError.required(
                "spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"));
      }
      if (webhook.path("conversionReviewVersions").isEmpty()) {
        problems.add(FieldError.required("spec.conversion.conversionReviewVersions", ""));
      }
    }
    if (definition.spec().path("preserveUnknownFields").asBoolean(false)) {
      invalid(
          "spec.preserveUnknownFields",
          true,
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
              + " spec.versions[*].schema instead");
    }
  }

  private void label(String path, String value, String prefix) {
    var text = prefix.isEmpty() ? value : value.toLowerCase(Locale.ROOT);
    if (!LABEL.matcher(text).matches()) {
      invalid(path, value, prefix + LABEL_FORM);
    } else if (text.length() > LABEL_LENGTH_MAX) {
      invalid(path, value, prefix + "must be no more than 63 characters");
    }
  }

  private void invalid(String path, Object value, String detail) {
    problems.add(
        FieldError.invalid(
            path, value instanceof String text ? '"' + text + '"' : value.toString(), detail));
  }
}
