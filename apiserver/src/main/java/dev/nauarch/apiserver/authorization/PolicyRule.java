package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.port.Attributes;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One rule of a role: the verbs that it allows on resources, or on paths that are no resources.
 *
 * @param verbs the verbs; {@code *} for all
 * @param groups the API groups; {@code *} for all
 * @param resources plurals, or plural and subresource ({@code pods/log}); {@code *} for all, {@code
 *     *}{@code /scale} for one subresource of all
 * @param names the objects' names; empty for all
 * @param paths URL paths, of which the last character may be {@code *}
 */
record PolicyRule(
    List<String> verbs,
    List<String> groups,
    List<String> resources,
    List<String> names,
    List<String> paths) {

  private static final String ALL = "*";

  PolicyRule {
    verbs = List.copyOf(verbs);
    groups = List.copyOf(groups);
    resources = List.copyOf(resources);
    names = List.copyOf(names);
    paths = List.copyOf(paths);
  }

  /** Reads a rule of a Role or ClusterRole. */
  static PolicyRule of(JsonNode rule) {
    return new PolicyRule(
        texts(rule.path("verbs")),
        texts(rule.path("apiGroups")),
        texts(rule.path("resources")),
        texts(rule.path("resourceNames")),
        texts(rule.path("nonResourceURLs")));
  }

  /** Reads the rules of a Role or ClusterRole. */
  static List<PolicyRule> listOf(JsonNode rules) {
    var all = new ArrayList<PolicyRule>();
    rules.forEach(rule -> all.add(of(rule)));
    return all;
  }

  boolean allows(Attributes wanted) {
    if (!has(verbs, wanted.verb())) {
      return false;
    }
    return wanted.isResource()
        ? has(groups, wanted.group())
            && coversResource(wanted.resource(), wanted.subresource())
            && (names.isEmpty() || names.contains(wanted.name()))
        : paths.stream().anyMatch(pattern -> coversPath(pattern, wanted.path()));
  }

  /** Whether everything that the other rule allows is allowed by one of these. */
  static boolean cover(List<PolicyRule> owned, PolicyRule wanted) {
    return wanted.parts().stream().allMatch(part -> owned.stream().anyMatch(r -> r.covers(part)));
  }

  /** The rule as rules of one verb on one resource of one group and one name, or on one path. */
  private List<PolicyRule> parts() {
    var parts = new ArrayList<PolicyRule>();
    for (var verb : verbs) {
      for (var path : paths) {
        parts.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(path)));
      }
      for (var group : groups) {
        for (var resource : resources) {
          parts.addAll(partsByName(verb, group, resource));
        }
      }
    }
    return parts;
  }

  private List<PolicyRule> partsByName(String verb, String group, String resource) {
    var forAll =
        new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of());
    return names.isEmpty()
        ? List.of(forAll)
        : names.stream().map(name -> forAll.named(List.of(name))).toList();
  }

  private PolicyRule named(List<String> only) {
    return new PolicyRule(verbs, groups, resources, only, paths);
  }

  /** Whether this covers a rule that has at most one value of each. */
  private boolean covers(PolicyRule part) {
    if (!has(verbs, part.verbs.getFirst())) {
      return false;
    }
    if (!part.paths.isEmpty()) {
      return paths.stream().anyMatch(pattern -> coversPath(pattern, part.paths.getFirst()));
    }
    var resource = part.resources.getFirst();
    int slash = resource.indexOf('/');
    return has(groups, part.groups.getFirst())
        && (slash < 0
            ? coversResource(resource, "")
            : coversResource(resource.substring(0, slash), resource.substring(slash + 1)))
        && (names.isEmpty() || (!part.names.isEmpty() && names.containsAll(part.names)));
  }

  private boolean coversResource(String resource, String subresource) {
    for (var known : resources) {
      if (known.equals(ALL)) {
        return true;
      }
      if (subresource.isEmpty()
          ? known.equals(resource)
          : isSubresource(known, resource, subresource)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSubresource(String known, String resource, String subresource) {
    int slash = known.indexOf('/');
    return slash > 0
        && known.length() == slash + 1 + subresource.length()
        && known.endsWith(subresource)
        && (known.startsWith("*/") || (slash == resource.length() && known.startsWith(resource)));
  }

  private static boolean coversPath(String pattern, String path) {
    return pattern.equals(ALL)
        || pattern.equals(path)
        || (pattern.endsWith(ALL) && path.startsWith(pattern.substring(0, pattern.length() - 1)));
  }

  private static boolean has(List<String> values, String value) {
    return values.contains(ALL) || values.contains(value);
  }

  /** The rule as it stands in a role. */
  ObjectNode toTree() {
    var tree = JsonNodeFactory.instance.objectNode();
    put(tree, "apiGroups", groups);
    put(tree, "nonResourceURLs", paths);
    put(tree, "resourceNames", names);
    put(tree, "resources", resources);
    put(tree, "verbs", verbs);
    return tree;
  }

  private static void put(ObjectNode tree, String name, List<String> values) {
    if (!values.isEmpty()) {
      var list = tree.putArray(name);
      values.forEach(list::add);
    }
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(item -> texts.add(item.asString("")));
    return texts;
  }

  /** The short form that refusals of an escalation show, for example {@code Verbs:["get"]}. */
  @Override
  public String toString() {
    var shown = new ArrayList<String>();
    show(shown, "APIGroups", groups);
    show(shown, "Resources", resources);
    show(shown, "ResourceNames", names);
    show(shown, "NonResourceURLs", paths);
    show(shown, "Verbs", verbs);
    return "{" + String.join(", ", shown) + "}";
  }

  private static void show(List<String> shown, String name, List<String> values) {
    if (!values.isEmpty()) {
      shown.add(name + ":[\"" + String.join("\" \"", values) + "\"]");
    }
  }
}
