package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the objects that parameterize a policy. */
final class Parameters {

  private Parameters() {}

  /**
   * With what a policy is to be evaluated, once for each.
   *
   * @param paramKind what the policy names; a missing node for nothing
   * @param paramRef what the binding names; a missing node for nothing
   * @return one empty entry where there are no parameters; no entries where there should be some
   *     and the binding tolerates that there are none
   * @throws MisconfiguredException when they can't be found
   */
  static List<Optional<ObjectNode>> of(Reviewed request, JsonNode paramKind, JsonNode paramRef)
      throws MisconfiguredException {
    if (!paramKind.isObject() || !paramRef.isObject()) {
      return List.of(Optional.empty());
    }
    var found = found(request, kind(request, paramKind), paramRef);
    if (found.isEmpty() && Json.text(paramRef, "parameterNotFoundAction").equals("Deny")) {
      throw new MisconfiguredException(
          "no params found for policy binding with `Deny` parameterNotFoundAction");
    }
    return found.stream().map(Optional::of).toList();
  }

  /**
   * The kind that a policy's parameters are of.
   *
   * @throws MisconfiguredException when there is none
   */
  static Kind kind(Reviewed request, JsonNode paramKind) throws MisconfiguredException {
    var apiVersion = Json.text(paramKind, "apiVersion");
    var name = Json.text(paramKind, "kind");
    return request
        .world()
        .versions()
        .find(apiVersion, name)
        .orElseThrow(
            () ->
                new MisconfiguredException(
                    "failed to find resource referenced by paramKind: '%s, Kind=%s'"
                        .formatted(apiVersion, name)));
  }

  private static List<ObjectNode> found(Reviewed request, Kind kind, JsonNode paramRef)
      throws MisconfiguredException {
    var namespace = Json.text(paramRef, "namespace");
    if (!kind.namespaced() && !namespace.isEmpty()) {
      throw new MisconfiguredException(
          "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
    }
    if (kind.namespaced() && namespace.isEmpty()) {
      namespace = request.namespace();
      if (namespace.isEmpty()) {
        throw new MisconfiguredException(
            "cannot use namespaced paramRef in policy binding that matches cluster-scoped"
                + " resources");
      }
    }
    var view = request.world().view();
    var plural = kind.names().plural();
    var wanted = Json.text(paramRef, "name");
    var objects =
        wanted.isEmpty()
            ? view.list(kind.group(), plural, namespace)
            : view.find(kind.group(), plural, namespace, wanted).stream().toList();
    var selector = LabelSelector.of(Json.child(paramRef, "selector"));
    return objects.stream()
        .filter(object -> !wanted.isEmpty() || selector.matches(labels(object)))
        .map(
            object ->
                object.deepCopy().put("apiVersion", kind.apiVersion()).put("kind", kind.kind()))
        .toList();
  }

  private static Map<String, String> labels(ObjectNode object) {
    var labels = new HashMap<String, String>();
    for (var label : Json.child(Json.child(object, "metadata"), "labels").properties()) {
      labels.put(label.getKey(), label.getValue().asString(""));
    }
    return labels;
  }

  /** A policy and its binding do not fit what there is. */
  static final class MisconfiguredException extends Exception {
    private static final long serialVersionUID = 1L;

    private MisconfiguredException(String why) {
      super(why);
    }
  }
}
