package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with a CustomResourceDefinition, in the words of Kubernetes. */
final class DefinitionRules {

  static final Pattern LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  static final String LABEL_FORM =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
          + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
  static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  static final String SUBDOMAIN_FORM =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final int LABEL_LENGTH_MAX = 63;
  private static final int WARNING_LENGTH_MAX = 256;

  private final Definition definition;
  private final List<FieldError> problems = new ArrayList<>();

  private DefinitionRules(Definition definition) {
    this.definition = definition;
  }

  /** The problems of a new definition whose own schema was checked already; empty for none. */
  static List<FieldError> problems(ObjectNode object) {
    return problems(object, Json.object());
  }

  /**
   * The problems of a definition.
   *
   * @param old the one that it replaces; without fields for a new one
   */
  static List<FieldError> problems(ObjectNode object, ObjectNode old) {
    var rules = new DefinitionRules(new Definition(object));
    var before = new Definition(old);
    rules.checkName();
    rules.checkGroup();
    rules.checkScope();
    rules.checkVersions(before);
    rules.checkNames();
    rules.problems.addAll(ConversionRules.problems(rules.definition, before));
    rules.checkPreserving();
    rules.checkStoredVersions();
    rules.checkApproval(before);
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

  private void checkVersions(Definition before) {
    var names = new TreeSet<String>();
    var stored = 0;
    var versions = definition.versions();
    for (var i = 0; i < versions.size(); i++) {
      var version = versions.get(i);
      var path = "spec.versions[" + i + "]";
      if (!version.path("schema").path("openAPIV3Schema").isObject()) {
        problems.add(FieldError.required(path + ".schema.openAPIV3Schema", ""));
      }
      label(path + ".name", version.path("name").asString(""), "");
      checkWarning(version, path + ".deprecationWarning");
      names.add(version.path("name").asString(""));
      stored += version.path("storage").asBoolean(false) ? 1 : 0;
    }
    problems.addAll(new VersionRules(definition, before).problems());
    if (names.size() < versions.size()) {
      invalidVersions("must contain unique version names");
    }
    if (stored != 1) {
      invalidVersions("must have exactly one version marked as storage version");
    }
  }

  private void invalidVersions(String detail) {
    var list =
        definition.spec().has("versions") ? definition.spec().path("versions").toString() : "null";
    problems.add(FieldError.invalid("spec.versions", list, detail));
  }

  private void checkWarning(JsonNode version, String path) {
    var warning = version.path("deprecationWarning");
    if (!warning.isString()) {
      return;
    }
    var text = warning.stringValue();
    if (!version.path("deprecated").asBoolean(false)) {
      invalid(path, text, "can only be set for deprecated versions");
      return;
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > WARNING_LENGTH_MAX) {
      invalid(path, text, "must be <= 256 characters long");
    }
    if (text.isEmpty()) {
      invalid(path, text, "must not be an empty string");
    }
    for (var at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
      var letter = text.codePointAt(at);
      if (!isPrintable(letter)) {
        var bytes = text.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
        invalid(
            path,
            text,
            "must only contain printable UTF-8 characters; non-printable character found at index "
                + bytes);
        return;
      }
    }
  }

  private static boolean isPrintable(int letter) {
    return switch (Character.getType(letter)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> letter == ' ';
      default -> true;
    };
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

  private void checkPreserving() {
    if (definition.spec().path("preserveUnknownFields").asBoolean(false)) {
      invalid(
          "spec.preserveUnknownFields",
          true,
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
              + " spec.versions[*].schema instead");
    }
  }

  /** A version in which objects may still be stored has to stay. */
  private void checkStoredVersions() {
    var names =
        definition.versions().stream().map(version -> version.path("name").asString("")).toList();
    var stored = definition.object().path("status").path("storedVersions");
    if (stored.isEmpty()) {
      problems.add(
          FieldError.invalid(
              "status.storedVersions", "null", "must have at least one stored version"));
    }
    for (var i = 0; i < stored.size(); i++) {
      var name = stored.path(i).asString("");
      if (!names.contains(name)) {
        invalid(
            "status.storedVersions[" + i + "]",
            name,
            ("missing from spec.versions; %1$s was previously a storage version, and must remain in"
                    + " spec.versions until a storage migration ensures no data remains persisted"
                    + " in %1$s and removes %1$s from status.storedVersions")
                .formatted(name));
      }
    }
  }

  private void checkApproval(Definition before) {
    if (!Approval.isNeeded(definition.group())) {
      return;
    }
    var approval = Approval.of(definition);
    var isOld = !before.spec().isMissingNode() && Approval.of(before).state() == approval.state();
    if (isOld) {
      return;
    }
    var path = "metadata.annotations[" + Approval.ANNOTATION + "]";
    switch (approval.state()) {
      case MISSING -> problems.add(FieldError.required(path, approval.reason()));
      case INVALID -> invalid(path, approval.annotation(), approval.reason());
      case APPROVED, BYPASSED -> {
        // Somebody has said something.
      }
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
            path, value instanceof String text ? Json.quoted(text) : value.toString(), detail));
  }
}
