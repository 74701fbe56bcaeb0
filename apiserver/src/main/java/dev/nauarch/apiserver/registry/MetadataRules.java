package dev.nauarch.apiserver.registry;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.NameRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What may stand in an object's metadata. */
final class MetadataRules {

  private static final int ANNOTATIONS_BYTES_MAX = 256 * 1024;

  private MetadataRules() {}

  static List<FieldError> validate(ObjectNode object, Kind kind) {
    var errors = new ArrayList<FieldError>();
    var metadata = Json.child(object, "metadata");
    var generateName = Json.text(metadata, "generateName");
    if (!generateName.isEmpty()) {
      nameError(kind, generateName.replaceAll("-$", "") + "a")
          .ifPresent(
              why ->
                  errors.add(
                      FieldError.invalid("metadata.generateName", quoted(generateName), why)));
    }
    var name = Json.text(metadata, "name");
    if (name.isEmpty()) {
      errors.add(FieldError.required("metadata.name", "name or generateName is required"));
    } else {
      nameError(kind, name)
          .ifPresent(why -> errors.add(FieldError.invalid("metadata.name", quoted(name), why)));
    }
    addNamespaceErrors(metadata, kind, errors);
    addLabelErrors(metadata, errors);
    addAnnotationErrors(metadata, errors);
    addOwnerErrors(metadata, errors);
    for (var finalizer : Metadata.texts(metadata, "finalizers")) {
      NameRules.labelKey(finalizer)
          .ifPresent(
              why -> errors.add(FieldError.invalid("metadata.finalizers", quoted(finalizer), why)));
    }
    return errors;
  }

  static List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, Kind kind) {
    var errors = new ArrayList<>(validate(object, kind));
    if (Metadata.isBeingDeleted(old)) {
      var added = Metadata.texts(Metadata.of(object), "finalizers");
      added.removeAll(Metadata.texts(Metadata.of(old), "finalizers"));
      if (!added.isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new"
                    + " finalizers []string{"
                    + String.join(", ", added.stream().map(MetadataRules::quoted).toList())
                    + "}"));
      }
    }
    return errors;
  }

  private static Optional<String> nameError(Kind kind, String name) {
    if (kind.group().equals("rbac.authorization.k8s.io")) {
      return NameRules.pathSegment(name);
    }
    if (kind.group().isEmpty() && kind.kind().equals("Namespace")) {
      return NameRules.label(name);
    }
    if (kind.group().isEmpty() && kind.kind().equals("Service")) {
      return NameRules.dns1035(name);
    }
    return NameRules.subdomain(name);
  }

  private static void addNamespaceErrors(ObjectNode metadata, Kind kind, List<FieldError> errors) {
    if (!kind.namespaced()) {
      return;
    }
    var namespace = Json.text(metadata, "namespace");
    if (namespace.isEmpty()) {
      errors.add(FieldError.required("metadata.namespace", ""));
    } else {
      NameRules.label(namespace)
          .ifPresent(
              why -> errors.add(FieldError.invalid("metadata.namespace", quoted(namespace), why)));
    }
  }

  private static void addLabelErrors(ObjectNode metadata, List<FieldError> errors) {
    for (var label : Json.child(metadata, "labels").properties()) {
      NameRules.labelKey(label.getKey())
          .ifPresent(
              why ->
                  errors.add(FieldError.invalid("metadata.labels", quoted(label.getKey()), why)));
      var value = label.getValue().asString("");
      NameRules.labelValue(value)
          .ifPresent(why -> errors.add(FieldError.invalid("metadata.labels", quoted(value), why)));
    }
  }

  private static void addAnnotationErrors(ObjectNode metadata, List<FieldError> errors) {
    var size = 0;
    for (var annotation : Json.child(metadata, "annotations").properties()) {
      var key = annotation.getKey();
      size += key.length() + annotation.getValue().asString("").length();
      NameRules.labelKey(key.toLowerCase(Locale.ROOT))
          .ifPresent(
              why -> errors.add(FieldError.invalid("metadata.annotations", quoted(key), why)));
    }
    if (size > ANNOTATIONS_BYTES_MAX) {
      errors.add(
          new FieldError(
              FieldError.Type.TOO_LONG,
              "metadata.annotations",
              "Too long: may not be more than " + ANNOTATIONS_BYTES_MAX + " bytes"));
    }
  }

  private static void addOwnerErrors(ObjectNode metadata, List<FieldError> errors) {
    JsonNode owners = metadata.get("ownerReferences");
    if (owners == null) {
      return;
    }
    var controllers = 0;
    var index = 0;
    for (var owner : owners) {
      var path = "metadata.ownerReferences[" + index++ + "]";
      for (var field : List.of("apiVersion", "kind", "name", "uid")) {
        if (Json.text(owner, field).isEmpty()) {
          errors.add(FieldError.invalid(path + "." + field, "\"\"", "must not be empty"));
        }
      }
      if (owner.path("controller").asBoolean(false)) {
        controllers++;
      }
    }
    if (controllers > 1) {
      errors.add(
          FieldError.invalid(
              "metadata.ownerReferences",
              owners.toString(),
              "Only one reference can have Controller set to true"));
    }
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
