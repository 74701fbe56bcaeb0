package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the agent of a node may write of its Node: not what would bring it other work, labels,
 * taints and owners.
 */
final class NodeObjects {

  private static final Set<String> OWN_LABELS =
      Set.of(
          "kubernetes.io/hostname",
          "kubernetes.io/os",
          "kubernetes.io/arch",
          "node.kubernetes.io/instance-type",
          "beta.kubernetes.io/os",
          "beta.kubernetes.io/arch",
          "beta.kubernetes.io/instance-type",
          "topology.kubernetes.io/region",
          "topology.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone");

  private NodeObjects() {}

  static void check(AdmissionRequest request, String node) {
    var quoted = "node " + Json.quoted(node);
    var wanted = request.target().name();
    if (!wanted.equals(node)) {
      throw Requests.forbidden(
          request, quoted + " is not allowed to modify node " + Json.quoted(wanted));
    }
    if (request.operation() == Operation.DELETE || request.object().isEmpty()) {
      return;
    }
    var object = request.object().get();
    if (request.operation() == Operation.CREATE) {
      if (object.path("spec").hasNonNull("configSource")) {
        throw Requests.forbidden(
            request, quoted + " is not allowed to create pods with a non-nil configSource");
      }
      var labels = forbiddenLabels(object, Optional.empty());
      if (!labels.isEmpty()) {
        throw Requests.forbidden(
            request,
            quoted + " is not allowed to set the following labels: " + String.join(", ", labels));
      }
    } else {
      checkChange(request, object, request.oldObject().orElseThrow(), quoted);
    }
  }

  private static void checkChange(
      AdmissionRequest request, ObjectNode object, ObjectNode old, String quoted) {
    var source = object.path("spec").path("configSource");
    if (source.isObject() && !source.equals(old.path("spec").path("configSource"))) {
      throw Requests.forbidden(
          request, quoted + " is not allowed to update configSource to a new non-nil configSource");
    }
    if (!isSame(object.path("spec"), old.path("spec"), "taints")) {
      throw Requests.forbidden(request, quoted + " is not allowed to modify taints");
    }
    if (!isSame(object.path("metadata"), old.path("metadata"), "ownerReferences")) {
      throw Requests.forbidden(request, quoted + " is not allowed to modify ownerReferences");
    }
    var labels = forbiddenLabels(object, Optional.of(old));
    if (!labels.isEmpty()) {
      throw Requests.forbidden(
          request, "is not allowed to modify labels: " + String.join(", ", labels));
    }
  }

  /** Whether a list is the same in both; an empty one is none. */
  private static boolean isSame(JsonNode one, JsonNode other, String list) {
    return (one.path(list).isEmpty() && other.path(list).isEmpty())
        || one.path(list).equals(other.path(list));
  }

  private static Set<String> forbiddenLabels(ObjectNode now, Optional<ObjectNode> old) {
    var labels = now.path("metadata").path("labels");
    var before =
        old.map(found -> found.path("metadata").path("labels")).orElse(MissingNode.getInstance());
    var changed = new TreeSet<String>();
    labels.propertyNames().forEach(changed::add);
    before.propertyNames().forEach(changed::add);
    changed.removeIf(key -> Objects.equals(labels.get(key), before.get(key)) || isOwnLabel(key));
    return changed;
  }

  private static boolean isOwnLabel(String key) {
    int slash = key.indexOf('/');
    var domain = slash < 0 ? "" : key.substring(0, slash);
    if (isIn(domain, "node-restriction.kubernetes.io")) {
      return false;
    }
    return !(isIn(domain, "kubernetes.io") || isIn(domain, "k8s.io"))
        || OWN_LABELS.contains(key)
        || isIn(domain, "kubelet.kubernetes.io")
        || isIn(domain, "node.kubernetes.io");
  }

  private static boolean isIn(String domain, String outer) {
    return domain.equals(outer) || domain.endsWith("." + outer);
  }
}
