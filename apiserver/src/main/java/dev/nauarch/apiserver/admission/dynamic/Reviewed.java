package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A request, with what webhooks and policies ask about it. Used by one thread. */
final class Reviewed {

  private final AdmissionRequest request;
  private final World world;
  private @Nullable List<Kind> others;
  private @Nullable Map<String, String> namespaceLabels;

  Reviewed(AdmissionRequest request, World world) {
    this.request = request;
    this.world = world;
  }

  AdmissionRequest request() {
    return request;
  }

  World world() {
    return world;
  }

  Kind kind() {
    return request.kind();
  }

  String operation() {
    return request.operation().name();
  }

  String subresource() {
    return request.subresource();
  }

  String name() {
    return request.target().name();
  }

  /** The namespace; that of a Namespace is itself. */
  String namespace() {
    return isNamespace() ? request.target().name() : request.target().namespace();
  }

  boolean isNamespace() {
    return kind().group().isEmpty() && kind().kind().equals("Namespace");
  }

  /** Whether the object is in a namespace; a Namespace is not. */
  boolean isInNamespace() {
    return !isNamespace() && !request.target().namespace().isEmpty();
  }

  /** The other versions of the kind. */
  List<Kind> otherVersions() {
    var known = others;
    if (known == null) {
      known = world.versions().others(kind());
      others = known;
    }
    return known;
  }

  /** Whether the object has such labels, as it is or as it shall be. */
  boolean hasLabels(LabelSelector selector) {
    return selector.isEmpty()
        || request.object().filter(object -> selector.matches(labels(object))).isPresent()
        || request.oldObject().filter(object -> selector.matches(labels(object))).isPresent();
  }

  /** Whether the namespace has such labels; what is in none is never left out. */
  boolean isInNamespaceOf(LabelSelector selector) {
    if (selector.isEmpty() || (!isNamespace() && request.target().namespace().isEmpty())) {
      return true;
    }
    var labels = namespaceLabels;
    if (labels == null) {
      labels = lookUpNamespaceLabels();
      namespaceLabels = labels;
    }
    return selector.matches(labels);
  }

  private Map<String, String> lookUpNamespaceLabels() {
    var isWritten =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    if (isNamespace() && isWritten && request.subresource().isEmpty()) {
      return labels(request.object().orElseThrow());
    }
    return labels(namespaceObject(namespace()));
  }

  /** The namespace that the object is in; empty for an object of the cluster and a Namespace. */
  Optional<ObjectNode> namespaceObject() {
    return isInNamespace()
        ? Optional.of(namespaceObject(request.target().namespace()))
        : Optional.empty();
  }

  private ObjectNode namespaceObject(String name) {
    return world
        .view()
        .find("", "namespaces", "", name)
        .orElseThrow(() -> ApiException.notFound("", "namespaces", name));
  }

  private static Map<String, String> labels(ObjectNode object) {
    var labels = new HashMap<String, String>();
    for (var label : Json.child(Json.child(object, "metadata"), "labels").properties()) {
      labels.put(label.getKey(), label.getValue().asString(""));
    }
    return labels;
  }

  /** The object as it shall be, in a version of its kind; not to be changed. */
  Optional<ObjectNode> object(Kind as) {
    return request.object().map(object -> in(as, object));
  }

  /** The object as it is, in a version of its kind; not to be changed. */
  Optional<ObjectNode> oldObject(Kind as) {
    return request.oldObject().map(object -> in(as, object));
  }

  private ObjectNode in(Kind as, ObjectNode object) {
    // What is written to a subresource, a Scale for example, has one version only.
    var isOther = !Json.text(object, "kind").equals(kind().kind());
    return isOther || (as.version().equals(kind().version()) && as.group().equals(kind().group()))
        ? object
        : world.versions().converted(object, kind(), as);
  }

  /** A refusal in the words of all refusals of admission. */
  ApiException forbidden(String why) {
    return ApiException.forbidden(
        kind().group(), kind().names().plural(), request.shownName(), why);
  }
}
