package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.authorization.RoleIndex.Grant;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Allows what a role allows that is bound to the user or to one of its groups, and everything to
 * the group {@code system:masters}. Roles are read from memory and arranged again when one of them
 * changed; the rules of aggregated cluster roles are collected here, so that they take effect with
 * the role that brings them. May be called from any thread.
 */
public final class RbacAuthorizer implements Authorizer {

  private final ObjectView view;
  private final AtomicReference<@Nullable RoleIndex> index = new AtomicReference<>();

  /** An authorizer over the stored roles and bindings. */
  public RbacAuthorizer(ObjectView view) {
    this.view = view;
  }

  @Override
  public Decision authorize(User user, Attributes attributes) {
    if (user.groups().contains(User.MASTERS)) {
      return new Decision.Allowed("");
    }
    var missing = new LinkedHashSet<String>();
    for (var grant : index().grants(user, attributes.namespace())) {
      for (var rule : grant.rules()) {
        if (rule.allows(attributes)) {
          return new Decision.Allowed("RBAC: allowed by " + grant.origin());
        }
      }
      if (!grant.problem().isEmpty()) {
        missing.add(grant.problem());
      }
    }
    return new Decision.Denied(reason(missing));
  }

  /** The rules that a user has everywhere and in one namespace. */
  List<PolicyRule> rules(User user, String namespace) {
    if (user.groups().contains(User.MASTERS)) {
      var all = List.of("*");
      return List.of(
          new PolicyRule(all, all, all, List.of(), List.of()),
          new PolicyRule(all, List.of(), List.of(), List.of(), all));
    }
    var rules = new ArrayList<PolicyRule>();
    for (Grant grant : index().grants(user, namespace)) {
      rules.addAll(grant.rules());
    }
    return rules;
  }

  /** The rules of the role that a binding in a namespace refers to. */
  List<PolicyRule> rulesOfRole(JsonNode roleRef, String namespace) {
    return index().rules(roleRef, namespace);
  }

  private RoleIndex index() {
    var current = index.get();
    if (current != null && current.isCurrent(view)) {
      return current;
    }
    synchronized (index) {
      var latest = index.get();
      if (latest == null || !latest.isCurrent(view)) {
        latest = RoleIndex.of(view);
        index.set(latest);
      }
      return latest;
    }
  }

  private static String reason(SequencedSet<String> missing) {
    return switch (missing.size()) {
      case 0 -> "";
      case 1 -> "RBAC: " + missing.getFirst();
      default -> "RBAC: [" + String.join(", ", missing) + "]";
    };
  }
}
