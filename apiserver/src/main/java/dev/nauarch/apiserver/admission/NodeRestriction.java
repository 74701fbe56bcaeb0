package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agent of a node changes what is its own and nothing else: its Node, Lease and CSINode, the
 * status of the pods on it, and what these need.
 */
final class NodeRestriction implements Admission {

  private static final String USER_PREFIX = "system:node:";
  private static final String NODES = "system:nodes";
  private static final String LEASES = "kube-node-lease";

  private final NodePods pods;

  NodeRestriction(ObjectView view) {
    this.pods = new NodePods(view);
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (request.operation() == Operation.CONNECT) {
      return;
    }
    nodeName(request).ifPresent(node -> validate(request, node));
  }

  private static Optional<String> nodeName(AdmissionRequest request) {
    var user = request.context().user();
    return user.name().startsWith(USER_PREFIX) && user.groups().contains(NODES)
        ? Optional.of(user.name().substring(USER_PREFIX.length()))
        : Optional.empty();
  }

  private void validate(AdmissionRequest request, String node) {
    if (node.isEmpty()) {
      var user = request.context().user().name();
      throw Requests.forbidden(request, "could not determine node from user " + Json.quoted(user));
    }
    switch (request.kind().group() + "/" + request.kind().names().plural()) {
      case "/nodes" -> NodeObjects.check(request, node);
      case "/pods" -> pods.check(request, node);
      case "/persistentvolumeclaims" -> checkClaim(request, node);
      case "/serviceaccounts" -> pods.checkToken(request, node);
      case "coordination.k8s.io/leases" -> checkLease(request, node);
      case "storage.k8s.io/csinodes" ->
          requireName(request, node, "can only access CSINode with the same name as");
      case "resource.k8s.io/resourceslices" -> checkSlice(request, node);
      default -> {
        // Authorization bounds what an agent does with other kinds.
      }
    }
  }

  private static void checkLease(AdmissionRequest request, String node) {
    if (!request.target().namespace().equals(LEASES)) {
      throw Requests.forbidden(
          request, "can only access leases in the \"" + LEASES + "\" system namespace");
    }
    requireName(request, node, "can only access node lease with the same name as");
  }

  private static void requireName(AdmissionRequest request, String node, String why) {
    if (!request.target().name().equals(node)) {
      throw Requests.forbidden(request, why + " the requesting node");
    }
  }

  private static void checkSlice(AdmissionRequest request, String node) {
    var slice =
        switch (request.operation()) {
          case CREATE -> request.object();
          case DELETE -> request.oldObject();
          default -> Optional.<ObjectNode>empty();
        };
    if (slice.isPresent() && !Json.text(slice.get(), "spec", "nodeName").equals(node)) {
      var verb = request.operation() == Operation.CREATE ? "create" : "delete";
      throw Requests.forbidden(
          request,
          "can only " + verb + " ResourceSlice with the same NodeName as the requesting node");
    }
  }

  private static void checkClaim(AdmissionRequest request, String node) {
    if (!request.subresource().equals("status")) {
      throw Requests.forbidden(request, "may only update PVC status");
    }
    if (request.operation() == Operation.UPDATE
        && !withoutOwnFields(request.object()).equals(withoutOwnFields(request.oldObject()))) {
      throw Requests.forbidden(
          request,
          "node "
              + Json.quoted(node)
              + " is not allowed to update fields other than status.quantity and"
              + " status.conditions");
    }
  }

  private static ObjectNode withoutOwnFields(Optional<ObjectNode> claim) {
    var copy = claim.orElseThrow().deepCopy();
    Json.childOf(copy, "metadata").remove(List.of("resourceVersion", "managedFields"));
    Json.childOf(copy, "status")
        .remove(
            List.of("capacity", "conditions", "allocatedResourceStatuses", "allocatedResources"));
    return copy;
  }
}
