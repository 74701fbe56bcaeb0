package dev.nauarch.apiserver.strategy.flow;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.flowcontrol.FlowObjects;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import java.util.Map;

/** The rules of flow schemas. */
final class SchemaRules {

  private static final int PRECEDENCE_MAX = 10_000;
  private static final List<String> VERBS =
      List.of(
          "create",
          "delete",
          "deletecollection",
          "get",
          "list",
          "patch",
          "proxy",
          "update",
          "watch");

  /** The field of a subject, by its kind. */
  private static final Map<String, String> FIELD_BY_KIND =
      Map.of("User", "user", "Group", "group", "ServiceAccount", "serviceAccount");

  private SchemaRules() {}

  static void check(Problems problems, Field schema) {
    var name = schema.at("metadata", "name").text();
    var spec = schema.at("spec");
    precedence(problems, spec.at("matchingPrecedence"), name);
    var method = spec.at("distinguisherMethod", "type");
    if (spec.at("distinguisherMethod").isPresent()
        && !method.is("ByUser")
        && !method.is("ByNamespace")) {
      var shown = "{\"Type\":" + Json.quoted(method.text()) + "}";
      problems.addAll(
          List.of(FieldError.notSupported(method.path(), shown, List.of("ByNamespace", "ByUser"))));
    }
    var level = spec.at("priorityLevelConfiguration", "name");
    if (level.isEmpty()) {
      problems.required(level, "must reference a priority level");
    } else {
      problems.form(level, NameRules::subdomain);
    }
    spec.at("rules").items().forEach(rule -> rule(problems, rule));
    FlowObjects.fixedSpec("FlowSchema", name)
        .filter(fixed -> !fixed.equals(spec.node()))
        .ifPresent(
            _ -> problems.invalid(spec, "spec of '" + name + "' must equal the fixed value"));
  }

  private static void precedence(Problems problems, Field precedence, String name) {
    var number = precedence.number(0);
    if (number <= 0) {
      problems.invalid(precedence, "must be a positive value");
    }
    if (number > PRECEDENCE_MAX) {
      problems.invalid(precedence, "must not be greater than " + PRECEDENCE_MAX);
    }
    if (number == 1 && !name.equals(FlowObjects.EXEMPT)) {
      problems.invalid(precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
    }
  }

  private static void rule(Problems problems, Field rule) {
    var subjects = rule.at("subjects");
    if (subjects.isEmpty()) {
      problems.required(subjects, "subjects must contain at least one value");
    }
    subjects.items().forEach(subject -> subject(problems, subject));
    var resources = rule.at("resourceRules");
    var paths = rule.at("nonResourceRules");
    if (resources.isEmpty() && paths.isEmpty()) {
      problems.required(
          rule, "at least one of resourceRules and nonResourceRules has to be non-empty");
    }
    resources.items().forEach(each -> resources(problems, each));
    paths.items().forEach(each -> paths(problems, each));
  }

  private static void subject(Problems problems, Field subject) {
    var kind = subject.at("kind");
    var wanted = FIELD_BY_KIND.get(kind.text());
    if (wanted == null) {
      problems.notSupported(kind, List.copyOf(FIELD_BY_KIND.keySet()));
      return;
    }
    named(problems, subject.at(wanted), kind.text());
    for (var other : List.of("serviceAccount", "user", "group")) {
      if (!other.equals(wanted) && subject.at(other).isPresent()) {
        problems.forbidden(
            subject.at(other),
            other + " is forbidden when subject kind is not '" + kindOf(other) + "'");
      }
    }
  }

  private static String kindOf(String field) {
    return Character.toUpperCase(field.charAt(0)) + field.substring(1);
  }

  private static void named(Problems problems, Field subject, String kind) {
    if (!subject.isPresent()) {
      problems.required(
          subject, subject.key() + " is required when subject kind is '" + kind + "'");
      return;
    }
    var name = subject.at("name");
    if (!problems.require(name) && !kind.equals("ServiceAccount")) {
      return;
    }
    if (kind.equals("ServiceAccount")) {
      if (!name.isEmpty() && !name.is("*")) {
        problems.form(name, NameRules::subdomain);
      }
      var namespace = subject.at("namespace");
      if (namespace.isEmpty()) {
        problems.required(namespace, "must specify namespace for service account");
      } else {
        problems.form(namespace, NameRules::label);
      }
    }
  }

  private static void resources(Problems problems, Field rule) {
    verbs(problems, rule.at("verbs"));
    list(
        problems,
        rule.at("apiGroups"),
        "resource rules must supply at least one api group",
        "api groups");
    list(
        problems,
        rule.at("resources"),
        "resource rules must supply at least one resource",
        "resources");
    var namespaces = rule.at("namespaces");
    if (namespaces.isEmpty() && !rule.at("clusterScope").flag(false)) {
      problems.required(
          namespaces,
          "resource rules that are not cluster scoped must supply at least one namespace");
    } else if (hasWildcard(namespaces)) {
      alone(problems, namespaces, "namespaces");
    } else {
      for (var namespace : namespaces.items()) {
        NameRules.label(namespace.text())
            .ifPresent(
                why ->
                    problems.invalid(
                        namespace,
                        "each member of this list must be '*' or a DNS-1123 label; " + why));
      }
    }
  }

  private static void list(Problems problems, Field list, String detail, String what) {
    if (list.isEmpty()) {
      problems.required(list, detail);
    } else if (hasWildcard(list)) {
      alone(problems, list, what);
    }
  }

  private static void paths(Problems problems, Field rule) {
    verbs(problems, rule.at("verbs"));
    var paths = rule.at("nonResourceURLs");
    if (paths.isEmpty()) {
      problems.required(paths, "nonResourceURLs must contain at least one value");
    } else if (hasWildcard(paths)) {
      alone(problems, paths, "non-resource URLs");
    } else {
      paths.items().forEach(path -> path(problems, path));
    }
  }

  private static void path(Problems problems, Field field) {
    var path = field.text();
    if (path.isEmpty()) {
      problems.invalid(field, "must not be empty");
    } else if (!path.startsWith("/")) {
      problems.invalid(field, "must start with slash");
    } else if (path.contains(" ")) {
      problems.invalid(field, "must not contain white-space");
    } else if (path.contains("//")) {
      problems.invalid(field, "must not contain double slash");
    } else {
      var star = path.indexOf('*');
      if (star >= 0 && (star != path.length() - 1 || !path.endsWith("/*"))) {
        problems.invalid(field, "wildcard can only do suffix matching");
      }
    }
  }

  private static void verbs(Problems problems, Field verbs) {
    if (verbs.isEmpty()) {
      problems.required(verbs, "verbs must contain at least one value");
    } else if (hasWildcard(verbs)) {
      alone(problems, verbs, "verbs");
    } else if (verbs.items().stream().anyMatch(verb -> !VERBS.contains(verb.text()))) {
      problems.notSupported(verbs, VERBS);
    }
  }

  private static void alone(Problems problems, Field list, String what) {
    if (list.node().size() > 1) {
      problems.invalid(list, "if '*' is present, must not specify other " + what);
    }
  }

  private static boolean hasWildcard(Field list) {
    return list.items().stream().anyMatch(item -> item.is("*"));
  }
}
