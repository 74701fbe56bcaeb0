package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agent of a node changes its own Node, its own Lease and the pods on it, and nothing else; and
 * it does not label itself into a place where it would be given other work.
 */
final class NodeRestriction implements Admission {

  private static final String USER_PREFIX = "system:node:";
  private static final String NODES = "system:nodes";
  private static final String LEASES = "kube-node-lease";
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

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    nodeName(request).ifPresent(node -> validate(request, node));
  }

  private static void validate(AdmissionRequest request, String node) {
    switch (request.kind().kind()) {
      case "Node" -> checkNode(request, node);
      case "Pod" -> checkPod(request, node);
      case "Lease" -> checkLease(request, node);
      default -> {
        // Authorization bounds what an agent does with other kinds.
      }
    }
  }

  private static void checkNode(AdmissionRequest request, String node) {
    if (!request.target().name().equals(node)) {
      throw Requests.forbidden(
          request,
          "node \""
              + node
              + "\" is not allowed to modify node \""
              + request.target().name()
              + "\"");
    }
    if (request.operation() == Operation.DELETE || request.object().isEmpty()) {
      return;
    }
    var changed = changedLabels(request.object().get(), request.oldObject());
    changed.removeIf(NodeRestriction::isOwnLabel);
    if (!changed.isEmpty()) {
      throw Requests.forbidden(
          request, "is not allowed to modify labels: " + String.join(", ", changed));
    }
    request
        .oldObject()
        .filter(old -> !old.path("spec").path("taints").equals(taints(request)))
        .ifPresent(
            _ -> {
              throw Requests.forbidden(
                  request, "node \"" + node + "\" is not allowed to modify taints");
            });
  }

  private static JsonNode taints(AdmissionRequest request) {
    return request.object().orElseThrow().path("spec").path("taints");
  }

  private static Set<String> changedLabels(ObjectNode now, Optional<ObjectNode> old) {
    var labels = now.path("metadata").path("labels");
    var before =
        old.<JsonNode>map(found -> found.path("metadata").path("labels"))
            .orElse(now.path("no such field"));
    var changed = new TreeSet<String>();
    labels.propertyNames().forEach(changed::add);
    before.propertyNames().forEach(changed::add);
    changed.removeIf(key -> Objects.equals(labels.get(key), before.get(key)));
    return changed;
  }

  private static boolean isOwnLabel(String key) {
    int slash = key.indexOf('/');
    var domain = slash < 0 ? "" : key.substring(0, slash);
    boolean isReserved =
        domain.equals("kubernetes.io")
            || domain.endsWith(".kubernetes.io")
            || domain.equals("k8s.io")
            || domain.endsWith(".k8s.io");
    return !isReserved
        || OWN_LABELS.contains(key)
        || domain.endsWith("kubelet.kubernetes.io")
        || (domain.endsWith("node.kubernetes.io")
            && !domain.endsWith("node-restriction.kubernetes.io"));
  }

  private static void checkPod(AdmissionRequest request, String node) {
    if (request.operation() == Operation.CONNECT) {
      return;
    }
    if (request.operation() == Operation.CREATE && request.subresource().isEmpty()) {
      throw Requests.forbidden(
          request,
          "pod does not have \"kubernetes.io/config.mirror\" annotation, node \""
              + node
              + "\" can only create mirror pods");
    }
    var pod = request.oldObject().or(request::object);
    var runsOn = pod.map(found -> found.path("spec").path("nodeName").asString("")).orElse("");
    if (!runsOn.equals(node)) {
      throw Requests.forbidden(
          request, "node \"" + node + "\" can only act on pods with spec.nodeName set to itself");
    }
  }

  private static void checkLease(AdmissionRequest request, String node) {
    if (!request.target().namespace().equals(LEASES)) {
      throw Requests.forbidden(
          request, "can only access leases in the \"" + LEASES + "\" system namespace");
    }
    if (!request.target().name().equals(node)) {
      throw Requests.forbidden(
          request, "can only access node lease with the same name as the requesting node");
    }
  }

  private static Optional<String> nodeName(AdmissionRequest request) {
    var user = request.context().user();
    return user.name().startsWith(USER_PREFIX) && user.groups().contains(NODES)
        ? Optional.of(user.name().substring(USER_PREFIX.length()))
        : Optional.empty();
  }
}
