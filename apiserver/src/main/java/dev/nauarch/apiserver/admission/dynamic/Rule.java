package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Which requests a webhook or a policy is about.
 *
 * @param operations for example {@code CREATE}; {@code *} for all, as in the others
 * @param groups API groups
 * @param versions API versions
 * @param resources {@code PLURAL} or {@code PLURAL/SUBRESOURCE}
 * @param scope {@code Namespaced}, {@code Cluster} or {@code *}
 * @param names names of objects; empty for all
 */
record Rule(
    Set<String> operations,
    Set<String> groups,
    Set<String> versions,
    List<String> resources,
    String scope,
    Set<String> names) {

  private static final String ANY = "*";

  static List<Rule> allOf(JsonNode rules) {
    var result = new ArrayList<Rule>();
    for (var rule : rules) {
      result.add(
          new Rule(
              texts(rule.path("operations")),
              texts(rule.path("apiGroups")),
              texts(rule.path("apiVersions")),
              List.copyOf(texts(rule.path("resources"))),
              rule.path("scope").asString(ANY),
              texts(rule.path("resourceNames"))));
    }
    return List.copyOf(result);
  }

  private static Set<String> texts(JsonNode list) {
    var texts = new TreeSet<String>();
    list.forEach(item -> texts.add(item.asString("")));
    return texts;
  }

  /** Whether it is about a request, which is taken as one for this version of the kind. */
  boolean matches(Reviewed request, Kind as) {
    return holds(operations, request.operation())
        && holds(groups, as.group())
        && holds(versions, as.version())
        && matchesScope(request)
        && matchesResource(as.names().plural(), request.subresource())
        && (names.isEmpty() || names.contains(request.name()));
  }

  private static boolean holds(Set<String> items, String item) {
    return items.contains(item) || items.contains(ANY);
  }

  private boolean matchesScope(Reviewed request) {
    return switch (scope) {
      case "Namespaced" -> request.isInNamespace();
      case "Cluster" -> !request.isInNamespace();
      default -> true;
    };
  }

  private boolean matchesResource(String plural, String subresource) {
    for (var resource : resources) {
      var slash = resource.indexOf('/');
      var wantedPlural = slash < 0 ? resource : resource.substring(0, slash);
      var wantedPart = slash < 0 ? "" : resource.substring(slash + 1);
      if ((wantedPlural.equals(ANY) || wantedPlural.equals(plural))
          && (wantedPart.equals(ANY) || wantedPart.equals(subresource))) {
        return true;
      }
    }
    return false;
  }
}
