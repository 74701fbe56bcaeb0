package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the agent of a node may write of pods, and for which of them it is given tokens. */
final class NodePods {

  private static final String MIRROR = "kubernetes.io/config.mirror";

  private final ObjectView view;

  NodePods(ObjectView view) {
    this.view = view;
  }

  void check(AdmissionRequest request, String node) {
    switch (request.subresource()) {
      case "" -> checkPod(request, Json.quoted(node), node);
      case "status" -> checkStatus(request, Json.quoted(node), node);
      case "eviction" -> {
        if (!runsOn(find(request, request.target().name()), node)) {
          throw Requests.forbidden(
              request, "node " + node + " can only evict pods with spec.nodeName set to itself");
        }
      }
      default ->
          throw Requests.forbidden(
              request,
              "unexpected pod subresource "
                  + Json.quoted(request.subresource())
                  + ", only 'status' and 'eviction' are allowed");
    }
  }

  private static boolean runsOn(JsonNode pod, String node) {
    return Json.text(pod, "spec", "nodeName").equals(node);
  }

  private ObjectNode find(AdmissionRequest request, String name) {
    var namespace = request.target().namespace();
    return view.findNow("", "pods", namespace, name)
        .orElseThrow(() -> ApiException.notFound("", "pods", name));
  }

  private void checkPod(AdmissionRequest request, String quoted, String node) {
    switch (request.operation()) {
      case CREATE -> checkMirror(request, request.object().orElseThrow(), quoted, node);
      case DELETE -> {
        if (!runsOn(request.oldObject().orElseThrow(), node)) {
          throw Requests.forbidden(
              request, "node " + quoted + " can only delete pods with spec.nodeName set to itself");
        }
      }
      default ->
          throw Requests.forbidden(
              request,
              "unexpected operation "
                  + Json.quoted(request.operation().name())
                  + ", node "
                  + quoted
                  + " can only create and delete mirror pods");
    }
  }

  private void checkMirror(AdmissionRequest request, ObjectNode pod, String quoted, String node) {
    if (!pod.path("metadata").path("annotations").has(MIRROR)) {
      throw Requests.forbidden(
          request,
          "pod does not have "
              + Json.quoted(MIRROR)
              + " annotation, node "
              + quoted
              + " can only create mirror pods");
    }
    var head = "node " + quoted + " can only create pods with ";
    if (!runsOn(pod, node)) {
      throw Requests.forbidden(request, head + "spec.nodeName set to itself");
    }
    var owners = pod.path("metadata").path("ownerReferences");
    if (owners.size() > 1) {
      throw Requests.forbidden(request, head + "a single owner reference set to itself");
    }
    var owner = owners.path(0);
    if (!Json.text(owner, "apiVersion").equals("v1")
        || !Json.text(owner, "kind").equals("Node")
        || !Json.text(owner, "name").equals(node)) {
      throw Requests.forbidden(request, head + "an owner reference set to itself");
    }
    if (!owner.path("controller").asBoolean(false)) {
      throw Requests.forbidden(request, head + "a controller owner reference set to itself");
    }
    if (owner.path("blockOwnerDeletion").asBoolean(false)) {
      throw Requests.forbidden(
          request, "node " + quoted + " must not set blockOwnerDeletion on an owner reference");
    }
    var known =
        view.find("", "nodes", "", node)
            .orElseThrow(() -> ApiException.notFound("", "nodes", node));
    var uid = Json.text(owner, "uid");
    if (!uid.equals(Json.text(known, "metadata", "uid"))) {
      throw Requests.forbidden(
          request,
          "node %s UID mismatch: expected %s got %s"
              .formatted(node, uid, Json.text(known, "metadata", "uid")));
    }
    PodReferences.first(pod.path("spec"))
        .ifPresent(
            what -> {
              throw Requests.forbidden(
                  request, "node " + quoted + " can not create pods that reference " + what);
            });
  }

  private static void checkStatus(AdmissionRequest request, String quoted, String node) {
    if (request.operation() != Operation.UPDATE) {
      throw Requests.forbidden(
          request, "unexpected operation " + Json.quoted(request.operation().name()));
    }
    var pod = request.object().orElseThrow();
    var old = request.oldObject().orElseThrow();
    if (!runsOn(old, node)) {
      throw Requests.forbidden(
          request,
          "node "
              + quoted
              + " can only update pod status for pods with spec.nodeName set to itself");
    }
    if (!isSame(pod.path("metadata"), old.path("metadata"), "labels")) {
      throw Requests.forbidden(
          request, "node " + quoted + " cannot update labels through pod status");
    }
    if (!isSame(pod.path("status"), old.path("status"), "resourceClaimStatuses")) {
      throw Requests.forbidden(request, "node " + quoted + " cannot update resource claim statues");
    }
    if (!isSame(pod.path("status"), old.path("status"), "extendedResourceClaimStatus")) {
      throw Requests.forbidden(
          request, "node " + quoted + " cannot update extended resource claim status");
    }
  }

  private static boolean isSame(JsonNode one, JsonNode other, String field) {
    return (one.path(field).isEmpty() && other.path(field).isEmpty())
        || one.path(field).equals(other.path(field));
  }

  /** A token is given for a pod on the node, which it is bound to. */
  void checkToken(AdmissionRequest request, String node) {
    if (request.operation() != Operation.CREATE || !request.subresource().equals("token")) {
      return;
    }
    var bound = request.object().orElseThrow().path("spec").path("boundObjectRef");
    if (!Json.text(bound, "apiVersion").equals("v1")
        || !Json.text(bound, "kind").equals("Pod")
        || Json.text(bound, "name").isEmpty()) {
      throw Requests.forbidden(request, "node requested token not bound to a pod");
    }
    var uid = Json.text(bound, "uid");
    if (uid.isEmpty()) {
      throw Requests.forbidden(request, "node requested token with a pod binding without a uid");
    }
    var pod = find(request, Json.text(bound, "name"));
    if (!uid.equals(Json.text(pod, "metadata", "uid"))) {
      throw Requests.forbidden(
          request,
          "the UID in the bound object reference ("
              + uid
              + ") does not match the UID in record. The object might have been deleted and then"
              + " recreated");
    }
    if (!runsOn(pod, node)) {
      throw Requests.forbidden(
          request, "node requested token bound to a pod scheduled on a different node");
    }
  }
}
