package dev.nauarch.apiserver.strategy.rbac;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The rules of roles and bindings. */
final class RoleRules {

  private static final String GROUP = "rbac.authorization.k8s.io";

  private RoleRules() {}

  static void role(Problems problems, Field role) {
    role.at("rules").items().forEach(rule -> rule(problems, rule, true));
  }

  static void clusterRole(Problems problems, Field role) {
    role.at("rules").items().forEach(rule -> rule(problems, rule, false));
    var aggregation = role.at("aggregationRule");
    if (aggregation.isPresent() && aggregation.at("clusterRoleSelectors").isEmpty()) {
      problems.required(
          aggregation.at("clusterRoleSelectors"),
          "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }
    for (var selector : aggregation.at("clusterRoleSelectors").items()) {
      Forms.selector(problems, selector);
    }
  }

  private static void rule(Problems problems, Field rule, boolean isNamespaced) {
    if (rule.at("verbs").isEmpty()) {
      problems.required(rule.at("verbs"), "verbs must contain at least one value");
    }
    var paths = rule.at("nonResourceURLs");
    if (!paths.isEmpty()) {
      if (isNamespaced) {
        problems.invalid(paths, "namespaced rules cannot apply to non-resource URLs");
      }
      for (var name : List.of("apiGroups", "resources", "resourceNames")) {
        if (!rule.at(name).isEmpty()) {
          problems.invalid(
              paths, "rules cannot apply to both regular resources and non-resource URLs");
          break;
        }
      }
      return;
    }
    if (rule.at("apiGroups").isEmpty()) {
      problems.required(rule.at("apiGroups"), "resource rules must supply at least one api group");
    }
    if (rule.at("resources").isEmpty()) {
      problems.required(rule.at("resources"), "resource rules must supply at least one resource");
    }
  }

  static void fillBinding(ObjectNode binding) {
    var roleRef = binding.withObject("roleRef");
    if (roleRef.path("apiGroup").asString("").isEmpty()) {
      roleRef.put("apiGroup", GROUP);
    }
    for (var item : binding.path("subjects")) {
      if (item instanceof ObjectNode subject
          && subject.path("apiGroup").asString("").isEmpty()
          && !subject.path("kind").asString("").equals("ServiceAccount")) {
        subject.put("apiGroup", GROUP);
      }
    }
  }

  static void binding(Problems problems, Field binding, String... roleKinds) {
    var roleRef = binding.at("roleRef");
    problems.oneOf(roleRef.at("apiGroup"), GROUP);
    problems.requireOneOf(roleRef.at("kind"), roleKinds);
    problems.requireForm(roleRef.at("name"), NameRules::pathSegment);
    for (var subject : binding.at("subjects").items()) {
      subject(problems, subject);
    }
  }

  private static void subject(Problems problems, Field subject) {
    problems.require(subject.at("name"));
    switch (subject.at("kind").text()) {
      case "ServiceAccount" -> {
        problems.form(subject.at("name"), NameRules::subdomain);
        if (!subject.at("apiGroup").isEmpty()) {
          problems.notSupported(subject.at("apiGroup"), List.of(""));
        }
        problems.require(subject.at("namespace"));
      }
      case "User", "Group" -> problems.oneOf(subject.at("apiGroup"), GROUP);
      default ->
          problems.notSupported(subject.at("kind"), List.of("Group", "ServiceAccount", "User"));
    }
  }

  static void bindingChange(Problems problems, Field binding, Field old) {
    if (!binding.at("roleRef").hasValueOf(old.at("roleRef"))) {
      problems.invalid(binding.at("roleRef"), "cannot change roleRef");
    }
  }
}
