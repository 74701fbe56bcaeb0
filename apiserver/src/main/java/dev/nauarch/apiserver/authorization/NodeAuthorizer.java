package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import java.util.Optional;

/**
 * Lets the agent of a node do what an agent has to: to its own node, lease and the like, to the
 * pods on it, and to what these need, and reads nothing of all others. Writes of its own objects
 * are bounded further by admission, which sees them. May be called from any thread.
 */
public final class NodeAuthorizer implements Authorizer {

  private static final String USER_PREFIX = "system:node:";
  private static final String GROUP = "system:nodes";
  private static final String LEASES = "kube-node-lease";
  private static final List<String> READS = List.of("get", "list", "watch");
  private static final List<String> OWN_VERBS =
      List.of("get", "create", "update", "patch", "delete");

  private final NodeReferences references;
  private final List<PolicyRule> rules;

  /** An authorizer by the objects of this view. */
  public NodeAuthorizer(ObjectView view) {
    this.references = new NodeReferences(view);
    this.rules = BootstrapPolicy.rules("system:node");
  }

  /** The name of the node whose agent a user is. */
  static Optional<String> nodeOf(User user) {
    return user.name().startsWith(USER_PREFIX) && user.groups().contains(GROUP)
        ? Optional.of(user.name().substring(USER_PREFIX.length()))
        : Optional.empty();
  }

  @Override
  public Decision authorize(User user, Attributes wanted) {
    var node = nodeOf(user);
    if (node.isEmpty()) {
      return denied("");
    }
    if (node.get().isEmpty()) {
      return denied("unknown node for user \"" + user.name() + '"');
    }
    return wanted.isResource() ? ofResource(node.get(), wanted) : byRules(wanted);
  }

  private Decision ofResource(String node, Attributes wanted) {
    return switch (wanted.group() + "/" + wanted.resource()) {
      case "/secrets", "/configmaps" -> ofRead(node, wanted);
      case "/persistentvolumeclaims" ->
          wanted.subresource().equals("status") ? ofStatus(node, wanted) : ofGet(node, wanted);
      case "/persistentvolumes",
          "resource.k8s.io/resourceclaims",
          "storage.k8s.io/volumeattachments" ->
          ofGet(node, wanted);
      case "/serviceaccounts" -> ofAccount(node, wanted);
      case "coordination.k8s.io/leases" -> ofLease(node, wanted);
      case "storage.k8s.io/csinodes" -> ofStorageNode(node, wanted);
      case "resource.k8s.io/resourceslices" -> ofSlice(node, wanted);
      case "/nodes" -> ofNode(node, wanted);
      case "/pods" -> ofPod(node, wanted);
      case "certificates.k8s.io/podcertificaterequests" -> ofPodCertificate(node, wanted);
      default -> byRules(wanted);
    };
  }

  private Decision byRules(Attributes wanted) {
    return rules.stream().anyMatch(rule -> rule.allows(wanted)) ? allowed() : denied("");
  }

  private Decision ofRead(String node, Attributes wanted) {
    if (!READS.contains(wanted.verb())) {
      return denied("can only read resources of this type");
    }
    if (!wanted.subresource().isEmpty()) {
      return denied("cannot read subresource");
    }
    return wanted.namespace().isEmpty()
        ? denied("can only read namespaced object of this type")
        : byRelation(node, wanted);
  }

  private Decision ofStatus(String node, Attributes wanted) {
    return wanted.verb().equals("update") || wanted.verb().equals("patch")
        ? byRelation(node, wanted)
        : denied("can only get/update/patch this type");
  }

  private Decision ofGet(String node, Attributes wanted) {
    if (!wanted.verb().equals("get")) {
      return denied("can only get individual resources of this type");
    }
    return wanted.subresource().isEmpty()
        ? byRelation(node, wanted)
        : denied("cannot get subresource");
  }

  private Decision byRelation(String node, Attributes wanted) {
    if (wanted.name().isEmpty()) {
      return denied("No Object name found");
    }
    return references.reach(node, wanted)
        ? allowed()
        : denied("no relationship found between node '" + node + "' and this object");
  }

  private Decision ofAccount(String node, Attributes wanted) {
    if (wanted.verb().equals("get") && wanted.subresource().isEmpty()) {
      return ofRead(node, wanted);
    }
    if (!wanted.verb().equals("create") || wanted.name().isEmpty()) {
      return denied("can only create tokens for individual service accounts");
    }
    return wanted.subresource().equals("token")
        ? byRelation(node, wanted)
        : denied("can only create token subresource of serviceaccount");
  }

  private static Decision ofLease(String node, Attributes wanted) {
    if (!OWN_VERBS.contains(wanted.verb())) {
      return denied("can only get, create, update, patch, or delete a node lease");
    }
    if (!wanted.namespace().equals(LEASES)) {
      return denied("can only access leases in the \"" + LEASES + "\" system namespace");
    }
    // Of a creation only admission sees the name.
    return wanted.verb().equals("create") || wanted.name().equals(node)
        ? allowed()
        : denied("can only access node lease with the same name as the requesting node");
  }

  private static Decision ofStorageNode(String node, Attributes wanted) {
    if (!OWN_VERBS.contains(wanted.verb())) {
      return denied("can only get, create, update, patch, or delete a CSINode");
    }
    if (!wanted.subresource().isEmpty()) {
      return denied("cannot authorize CSINode subresources");
    }
    return wanted.verb().equals("create") || wanted.name().equals(node)
        ? allowed()
        : denied("can only access CSINode with the same name as the requesting node");
  }

  private Decision ofSlice(String node, Attributes wanted) {
    if (!wanted.subresource().isEmpty()) {
      return denied("cannot authorize ResourceSlice subresources");
    }
    return switch (wanted.verb()) {
      case "create" -> allowed();
      case "get", "update", "patch", "delete" -> byRelation(node, wanted);
      case "watch", "list", "deletecollection" ->
          wanted.selects("spec.nodeName", node)
              ? allowed()
              : denied(
                  "can only list/watch/deletecollection resourceslices with nodeName field"
                      + " selector");
      default ->
          denied(
              "only the following verbs are allowed for a ResourceSlice: get, watch, list, create,"
                  + " update, patch, delete, deletecollection");
    };
  }

  private static Decision ofNode(String node, Attributes wanted) {
    var isChange = wanted.verb().equals("update") || wanted.verb().equals("patch");
    if (wanted.subresource().equals("status")) {
      return isChange ? allowed() : denied("");
    }
    if (!wanted.subresource().isEmpty()) {
      return denied("");
    }
    if (isChange || wanted.verb().equals("create")) {
      return allowed();
    }
    if (!READS.contains(wanted.verb())) {
      return denied("");
    }
    if (wanted.name().isEmpty()) {
      return denied("node '" + node + "' cannot read all nodes, only its own Node object");
    }
    return wanted.name().equals(node)
        ? allowed()
        : denied(
            "node '" + node + "' cannot read '" + wanted.name() + "', only its own Node object");
  }

  private Decision ofPod(String node, Attributes wanted) {
    var isChange = wanted.verb().equals("update") || wanted.verb().equals("patch");
    return switch (wanted.subresource()) {
      case "" ->
          switch (wanted.verb()) {
            case "get" -> byRelation(node, wanted);
            case "list", "watch" -> {
              if (wanted.selects("spec.nodeName", node)) {
                yield allowed();
              }
              yield wanted.name().isEmpty()
                  ? denied("can only list/watch pods with spec.nodeName field selector")
                  : byRelation(node, wanted);
            }
            case "create", "delete" -> allowed();
            default -> denied("");
          };
      case "status" -> isChange ? allowed() : denied("");
      case "eviction" -> wanted.verb().equals("create") ? allowed() : denied("");
      default -> denied("");
    };
  }

  private Decision ofPodCertificate(String node, Attributes wanted) {
    if (!wanted.subresource().isEmpty()) {
      return denied("nodes may not access the status subresource of PodCertificateRequests");
    }
    return switch (wanted.verb()) {
      case "create" -> allowed();
      case "get" -> byRelation(node, wanted);
      case "list", "watch" ->
          wanted.selects("spec.nodeName", node)
              ? allowed()
              : denied("can only list/watch podcertificaterequests with nodeName field selector");
      default -> denied("nodes may not " + wanted.verb() + " podcertificaterequests");
    };
  }

  private static Decision allowed() {
    return new Decision.Allowed("");
  }

  private static Decision denied(String reason) {
    return new Decision.Denied(reason);
  }
}
