package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;

/** Allows what the agent of a node has to do, and else what roles allow. */
public final class ClusterAuthorizer implements Authorizer {

  private final NodeAuthorizer nodes;
  private final RbacAuthorizer roles;

  /** An authorizer by the objects of this view. */
  public ClusterAuthorizer(ObjectView view) {
    this.nodes = new NodeAuthorizer(view);
    this.roles = new RbacAuthorizer(view);
  }

  @Override
  public Decision authorize(User user, Attributes wanted) {
    var asNode = NodeAuthorizer.nodeOf(user).isPresent() ? nodes.authorize(user, wanted) : NO;
    if (asNode instanceof Decision.Allowed) {
      return asNode;
    }
    var byRole = roles.authorize(user, wanted);
    return byRole instanceof Decision.Denied(var reason)
            && asNode instanceof Decision.Denied(var nodeReason)
        ? new Decision.Denied(joined(nodeReason, reason))
        : byRole;
  }

  private static final Decision NO = new Decision.Denied("");

  private static String joined(String first, String second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + "\n" + second;
  }

  /** The part that knows roles. */
  public RbacAuthorizer roles() {
    return roles;
  }
}
