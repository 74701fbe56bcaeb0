package dev.nauarch.apiserver.registry;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What may stand in an object's metadata. */
final class MetadataRules {

  /** Groups whose names have colons, or dots at their end. */
  private static final Set<String> PATH_NAMES =
      Set.of("rbac.authorization.k8s.io", "apiregistration.k8s.io");

  private static final List<String> STANDARD_FINALIZERS =
      List.of("kubernetes", "orphan", "foregroundDeletion");

  /** Groups whose finalizers need no slash. */
  private static final Set<String> ANY_FINALIZERS =
      Set.of("apiextensions.k8s.io", "apiregistration.k8s.io");

  private static final List<String> IMMUTABLE =
      List.of("name", "uid", "deletionTimestamp", "deletionGracePeriodSeconds");

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
                      FieldError.invalid("metadata.generateName", Json.quoted(generateName), why)));
    }
    var name = Json.text(metadata, "name");
    if (name.isEmpty()) {
      errors.add(FieldError.required("metadata.name", "name or generateName is required"));
    } else {
      nameError(kind, name)
          .ifPresent(
              why -> errors.add(FieldError.invalid("metadata.name", Json.quoted(name), why)));
    }
    addNamespaceErrors(metadata, kind, errors);
    addLabelErrors(metadata, errors);
    addAnnotationErrors(metadata, errors);
    addOwnerErrors(metadata, errors);
    addFinalizerErrors(metadata, kind, errors);
    return errors;
  }

  static List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, Kind kind) {
    var errors = new ArrayList<>(validate(object, kind));
    for (var field : IMMUTABLE) {
      var value = Metadata.of(object).path(field);
      if (!isSame(value, Metadata.of(old).path(field))) {
        var text = value.isMissingNode() ? "\"\"" : value.toString();
        errors.add(FieldError.invalid("metadata." + field, text, "field is immutable"));
      }
    }
    if (Metadata.isBeingDeleted(old)) {
      var added = Metadata.texts(Metadata.of(object), "finalizers");
      added.removeAll(Metadata.texts(Metadata.of(old), "finalizers"));
      if (!added.isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new"
                    + " finalizers []string{"
                    + String.join(", ", added.stream().map(Json::quoted).toList())
                    + "}"));
      }
    }
    return errors;
  }

  /** Numbers are the same whatever type holds them: models hold longer ones than what is parsed. */
  private static boolean isSame(JsonNode one, JsonNode other) {
    return one.equals(other) || one.toString().equals(other.toString());
  }

  private static Optional<String> nameError(Kind kind, String name) {
    if (PATH_NAMES.contains(kind.group()) || kind.kind().equals("CertificateSigningRequest")) {
      return NameRules.pathSegment(name);
    }
    if (kind.kind().equals("ClusterTrustBundle") && !ObjectForm.isCustom(kind)) {
      // Its name begins with that of its signer, which its own rules check.
      return NameRules.pathSegment(name);
    }
    return switch (kind.group() + "/" + kind.kind()) {
      case "/Namespace", "/Service", "apps/StatefulSet" -> NameRules.label(name);
      case "networking.k8s.io/IPAddress" -> Addresses.canonicalAddress(name);
      default -> NameRules.subdomain(name);
    };
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
              why ->
                  errors.add(
                      FieldError.invalid("metadata.namespace", Json.quoted(namespace), why)));
    }
  }

  private static void addLabelErrors(ObjectNode metadata, List<FieldError> errors) {
    for (var label : Json.child(metadata, "labels").properties()) {
      NameRules.labelKey(label.getKey())
          .ifPresent(
              why ->
                  errors.add(
                      FieldError.invalid("metadata.labels", Json.quoted(label.getKey()), why)));
      var value = label.getValue().asString("");
      NameRules.labelValue(value)
          .ifPresent(
              why -> errors.add(FieldError.invalid("metadata.labels", Json.quoted(value), why)));
    }
  }

  private static void addAnnotationErrors(ObjectNode metadata, List<FieldError> errors) {
    var size = 0;
    for (var annotation : Json.child(metadata, "annotations").properties()) {
      var key = annotation.getKey();
      size += key.length() + annotation.getValue().asString("").length();
      NameRules.labelKey(key.toLowerCase(Locale.ROOT))
          .ifPresent(
              why -> errors.add(FieldError.invalid("metadata.annotations", Json.quoted(key), why)));
    }
    if (size > ANNOTATIONS_BYTES_MAX) {
      errors.add(
          new FieldError(
              FieldError.Type.TOO_LONG,
              "metadata.annotations",
              "Too long: may not be more than " + ANNOTATIONS_BYTES_MAX + " bytes"));
    }
  }

  private static void addFinalizerErrors(ObjectNode metadata, Kind kind, List<FieldError> errors) {
    var finalizers = Metadata.texts(metadata, "finalizers");
    for (var i = 0; i < finalizers.size(); i++) {
      var finalizer = finalizers.get(i);
      var wrong = NameRules.labelKey(finalizer);
      if (wrong.isPresent()) {
        errors.add(FieldError.invalid("metadata.finalizers", Json.quoted(finalizer), wrong.get()));
      } else if (!ObjectForm.isCustom(kind)
          && !ANY_FINALIZERS.contains(kind.group())
          && finalizer.indexOf('/') < 0
          && !STANDARD_FINALIZERS.contains(finalizer)) {
        errors.add(
            FieldError.invalid(
                "metadata.finalizers[" + i + "]",
                Json.quoted(finalizer),
                "name is neither a standard finalizer name nor is it fully qualified"));
      }
    }
  }

  private static void addOwnerErrors(ObjectNode metadata, List<FieldError> errors) {
    JsonNode owners = metadata.get("ownerReferences");
    if (owners == null) {
      return;
    }
    var path = "metadata.ownerReferences";
    var controllers = new ArrayList<String>();
    for (var owner : owners) {
      for (var field : List.of("apiVersion", "kind", "name", "uid")) {
        if (Json.text(owner, field).isEmpty()) {
          var what = field.equals("apiVersion") ? "version must not be empty" : "must not be empty";
          errors.add(FieldError.invalid(path + "." + field, "\"\"", what));
        }
      }
      if (Json.text(owner, "apiVersion").equals("v1") && Json.text(owner, "kind").equals("Event")) {
        errors.add(
            FieldError.invalid(
                path, owner.toString(), "/v1, Kind=Event is disallowed from being an owner"));
      }
      if (owner.path("controller").asBoolean(false)) {
        controllers.add(Json.text(owner, "kind") + "/" + Json.text(owner, "name"));
      }
    }
    if (controllers.size() > 1) {
      errors.add(
          FieldError.invalid(
              path,
              owners.toString(),
              "Only one reference can have Controller set to true. Found \"true\" in references for"
                  + " "
                  + String.join(" and ", controllers)));
    }
  }
}
