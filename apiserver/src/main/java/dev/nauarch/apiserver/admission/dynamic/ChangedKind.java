package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is left of an object's kind after somebody outside has changed the object. */
final class ChangedKind {

  private ChangedKind() {}

  /**
   * Puts back what is missing where that is known without it, and refuses another kind.
   *
   * @param as the version of its kind in which it was changed
   */
  static void check(Kind as, ObjectNode changed, World.Versions versions) {
    for (var field : List.of("apiVersion", "kind")) {
      var value = changed.path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.isString()) {
        throw Refusals.internal(
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
                + GoNames.of(value)
                + " into Go struct field ."
                + field
                + " of type string");
      }
    }
    if (ObjectForm.isCustom(as)) {
      checkCustom(as, changed);
    } else {
      checkBuiltIn(as, changed, versions);
    }
  }

  private static void checkBuiltIn(Kind as, ObjectNode changed, World.Versions versions) {
    if (Json.text(changed, "apiVersion").isEmpty()) {
      changed.put("apiVersion", as.apiVersion());
    }
    if (Json.text(changed, "kind").isEmpty()) {
      changed.put("kind", as.kind());
    }
    var apiVersion = Json.text(changed, "apiVersion");
    var kind = Json.text(changed, "kind");
    if (apiVersion.equals(as.apiVersion()) && kind.equals(as.kind())) {
      return;
    }
    throw Refusals.internal(
        apiVersion.indexOf('/') != apiVersion.lastIndexOf('/')
            ? "unexpected GroupVersion string: " + apiVersion
            : versions.find(apiVersion, kind).isPresent()
                ? "the patched object is of kind \"" + kind + "\""
                : "no kind \"%s\" is registered for version \"%s\"".formatted(kind, apiVersion));
  }

  private static void checkCustom(Kind as, ObjectNode changed) {
    var kind = Json.text(changed, "kind");
    if (kind.isEmpty()) {
      throw Refusals.internal("Object 'Kind' is missing in '" + changed + "'");
    }
    var apiVersion = Json.text(changed, "apiVersion");
    if (!apiVersion.equals(as.apiVersion())) {
      var shown = apiVersion.indexOf('/') < 0 ? "/" + apiVersion : apiVersion;
      throw Refusals.internal(
          "%s, Kind=%s is unstructured and is not suitable for converting to \"%s\""
              .formatted(shown, kind, as.apiVersion()));
    }
    if (!kind.equals(as.kind())) {
      var error = FieldError.invalid("kind", Json.quoted(kind), "must be " + as.kind());
      throw ApiException.invalid(
          as.group(), kind, Json.text(changed, "metadata", "name"), List.of(error));
    }
  }
}
