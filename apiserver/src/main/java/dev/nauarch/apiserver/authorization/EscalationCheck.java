package dev.nauarch.apiserver.authorization;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer.Decision;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nobody hands out rights by roles and bindings that they don't have themselves, unless a role
 * allows them to ({@code escalate} on roles, {@code bind} on the role that is bound).
 */
public final class EscalationCheck implements Admission {

  private final RbacAuthorizer authorizer;

  /** A check against the stored roles. */
  public EscalationCheck(RbacAuthorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.kind().group().equals(RoleIndex.GROUP)
        || request.object().isEmpty()
        || (request.operation() != Operation.CREATE && request.operation() != Operation.UPDATE)) {
      return;
    }
    switch (request.kind().kind()) {
      case "Role", "ClusterRole" -> checkRole(request, request.object().get());
      case "RoleBinding", "ClusterRoleBinding" -> checkBinding(request, request.object().get());
      default -> {
        // The group has no other kind that gives rights.
      }
    }
  }

  private void checkRole(AdmissionRequest request, ObjectNode role) {
    if (request.oldObject().map(old -> isSame(old, role, "rules", "aggregationRule")).orElse(false)
        || may(request, "escalate", request.kind().names().plural(), request.target().name())) {
      return;
    }
    var wanted = PolicyRule.listOf(role.path("rules"));
    if (role.has("aggregationRule")) {
      // What it will collect is not known yet, so only who has everything may ask for it.
      var all = List.of("*");
      wanted.add(new PolicyRule(all, all, all, List.of(), List.of()));
      wanted.add(new PolicyRule(all, List.of(), List.of(), List.of(), all));
    }
    requireHeld(request, wanted);
  }

  private void checkBinding(AdmissionRequest request, ObjectNode binding) {
    var roleRef = binding.path("roleRef");
    var plural = roleRef.path("kind").asString("").equals("Role") ? "roles" : "clusterroles";
    if (request.oldObject().map(old -> isSame(old, binding, "roleRef", "subjects")).orElse(false)
        || may(request, "bind", plural, roleRef.path("name").asString(""))) {
      return;
    }
    requireHeld(request, authorizer.rulesOfRole(roleRef, request.target().namespace()));
  }

  private void requireHeld(AdmissionRequest request, List<PolicyRule> wanted) {
    var user = request.context().user();
    var owned = authorizer.rules(user, request.target().namespace());
    var missing = new ArrayList<PolicyRule>();
    for (var rule : wanted) {
      if (!PolicyRule.cover(owned, rule)) {
        missing.add(rule);
      }
    }
    if (!missing.isEmpty()) {
      throw ApiException.forbidden(
          request.kind().group(),
          request.kind().names().plural(),
          request.target().name(),
          message(user, missing));
    }
  }

  private static String message(User user, List<PolicyRule> missing) {
    var groups =
        user.groups().stream().map(g -> '"' + g + '"').collect(Collectors.joining(" ", "[", "]"));
    return "user \""
        + user.name()
        + "\" (groups="
        + groups
        + ") is attempting to grant RBAC permissions not currently held:\n"
        + missing.stream().map(PolicyRule::toString).collect(Collectors.joining("\n"));
  }

  private boolean may(AdmissionRequest request, String verb, String plural, String name) {
    var wanted =
        new Attributes(
            verb,
            RoleIndex.GROUP,
            "v1",
            plural,
            "",
            request.target().namespace(),
            name,
            "",
            List.of());
    return authorizer.authorize(request.context().user(), wanted) instanceof Decision.Allowed;
  }

  private static boolean isSame(ObjectNode old, ObjectNode now, String... fields) {
    for (var field : fields) {
      if (!old.path(field).equals(now.path(field))) {
        return false;
      }
    }
    return true;
  }
}
