package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All roles and bindings at one moment, arranged so that a user's grants are found by name.
 * Immutable.
 */
final class RoleIndex {

  static final String GROUP = "rbac.authorization.k8s.io";
  private static final List<String> PLURALS =
      List.of("clusterroles", "roles", "clusterrolebindings", "rolebindings");

  /** The revisions of the four resources. */
  private final List<Long> revisions;

  private final Map<String, List<PolicyRule>> clusterRoles;
  private final Map<String, List<PolicyRule>> rolesByNamespacedName = new HashMap<>();
  private final Map<String, List<Grant>> grantsByUser = new HashMap<>();
  private final Map<String, List<Grant>> grantsByGroup = new HashMap<>();

  /**
   * The rules that a binding gives to a subject.
   *
   * @param namespace where; empty for everywhere
   * @param rules what
   * @param origin the binding, for explanations
   * @param problem why there are no rules; empty where there are
   */
  record Grant(String namespace, List<PolicyRule> rules, String origin, String problem) {}

  private RoleIndex(ObjectView view, List<Long> revisions) {
    this.revisions = revisions;
    this.clusterRoles = clusterRoles(view.list(GROUP, "clusterroles", ""));
    for (var role : view.list(GROUP, "roles", "")) {
      rolesByNamespacedName.put(
          namespace(role) + "/" + name(role), PolicyRule.listOf(role.path("rules")));
    }
    view.list(GROUP, "clusterrolebindings", "").forEach(binding -> add(binding, ""));
    view.list(GROUP, "rolebindings", "").forEach(binding -> add(binding, namespace(binding)));
  }

  /** Reads the present roles and bindings. */
  static RoleIndex of(ObjectView view) {
    // The revisions first: a change during the reading makes the index old, never wrong for good.
    var revisions = revisions(view);
    return new RoleIndex(view, revisions);
  }

  boolean isCurrent(ObjectView view) {
    for (int i = 0; i < PLURALS.size(); i++) {
      if (view.revision(GROUP, PLURALS.get(i)) != revisions.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** What a user is granted everywhere and in one namespace. */
  List<Grant> grants(User user, String namespace) {
    var found = new ArrayList<Grant>();
    collect(found, grantsByUser.get(user.name()), namespace);
    for (var group : user.groups()) {
      collect(found, grantsByGroup.get(group), namespace);
    }
    return found;
  }

  /** The rules of a role that a binding in a namespace names; empty where there is no such role. */
  List<PolicyRule> rules(JsonNode roleRef, String namespace) {
    var name = roleRef.path("name").asString("");
    return roleRef.path("kind").asString("").equals("Role")
        ? rolesByNamespacedName.getOrDefault(namespace + "/" + name, List.of())
        : clusterRoles.getOrDefault(name, List.of());
  }

  private static void collect(List<Grant> found, @Nullable List<Grant> grants, String namespace) {
    for (var grant : grants == null ? List.<Grant>of() : grants) {
      if (grant.namespace.isEmpty() || grant.namespace.equals(namespace)) {
        found.add(grant);
      }
    }
  }

  private void add(ObjectNode binding, String namespace) {
    var roleRef = binding.path("roleRef");
    var grant =
        new Grant(
            namespace, rules(roleRef, namespace), origin(binding), problem(roleRef, namespace));
    for (var subject : binding.path("subjects")) {
      var name = subject.path("name").asString("");
      switch (subject.path("kind").asString("")) {
        case "User" -> put(grantsByUser, name, grant);
        case "Group" -> put(grantsByGroup, name, grant);
        case "ServiceAccount" -> {
          var home = subject.path("namespace").asString(namespace);
          put(grantsByUser, "system:serviceaccount:" + home + ":" + name, grant);
        }
        default -> {
          // Validation lets no other kind in; a subject from elsewhere grants nothing.
        }
      }
    }
  }

  private static void put(Map<String, List<Grant>> grants, String subject, Grant grant) {
    grants.computeIfAbsent(subject, _ -> new ArrayList<>()).add(grant);
  }

  private String problem(JsonNode roleRef, String namespace) {
    var kind = roleRef.path("kind").asString("");
    var name = roleRef.path("name").asString("");
    boolean isThere =
        kind.equals("Role")
            ? rolesByNamespacedName.containsKey(namespace + "/" + name)
            : clusterRoles.containsKey(name);
    return isThere
        ? ""
        : kind.toLowerCase(java.util.Locale.ROOT) + "." + GROUP + " \"" + name + "\" not found";
  }

  private static String origin(ObjectNode binding) {
    var roleRef = binding.path("roleRef");
    var namespace = namespace(binding);
    return (namespace.isEmpty() ? "ClusterRoleBinding \"" : "RoleBinding \"")
        + name(binding)
        + (namespace.isEmpty() ? "" : "/" + namespace)
        + "\" of "
        + roleRef.path("kind").asString("")
        + " \""
        + roleRef.path("name").asString("")
        + "\"";
  }

  /** Cluster roles by name, with the rules that aggregation collects. */
  private static Map<String, List<PolicyRule>> clusterRoles(List<ObjectNode> roles) {
    var own = new HashMap<String, ObjectNode>();
    roles.forEach(role -> own.put(name(role), role));
    var rules = new HashMap<String, List<PolicyRule>>();
    for (var role : roles) {
      rules.put(name(role), aggregated(role, roles, new ArrayList<>()));
    }
    return rules;
  }

  private static List<PolicyRule> aggregated(
      ObjectNode role, List<ObjectNode> all, List<ObjectNode> onTheWay) {
    var selectors = role.path("aggregationRule").path("clusterRoleSelectors");
    if (selectors.isEmpty()) {
      return PolicyRule.listOf(role.path("rules"));
    }
    onTheWay.add(role);
    var rules = new ArrayList<PolicyRule>();
    for (var other : all) {
      if (!onTheWay.contains(other) && isSelected(other, selectors)) {
        rules.addAll(aggregated(other, all, onTheWay));
      }
    }
    onTheWay.remove(role);
    return rules;
  }

  private static boolean isSelected(ObjectNode role, JsonNode selectors) {
    var labels = role.path("metadata").path("labels");
    for (var selector : selectors) {
      if (LabelMatch.matches(selector, labels)) {
        return true;
      }
    }
    return false;
  }

  private static List<Long> revisions(ObjectView view) {
    return PLURALS.stream().map(plural -> view.revision(GROUP, plural)).toList();
  }

  private static String name(ObjectNode object) {
    return object.path("metadata").path("name").asString("");
  }

  private static String namespace(ObjectNode object) {
    return object.path("metadata").path("namespace").asString("");
  }
}
