package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.port.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** The requests of one rule of a flow schema, whoever sends them. */
final class FlowRule {

  private static final Set<String> ANY = Set.of("*");

  private final List<OfResources> resources = new ArrayList<>();
  private final List<OfPaths> paths = new ArrayList<>();

  private record OfResources(
      Set<String> verbs,
      Set<String> groups,
      Set<String> resources,
      Set<String> namespaces,
      boolean isOfCluster) {

    boolean matches(Attributes wanted) {
      return has(verbs, wanted.verb())
          && (resources.equals(ANY) || resources.contains(resource(wanted)))
          && has(groups, wanted.group())
          && (wanted.namespace().isEmpty() ? isOfCluster : has(namespaces, wanted.namespace()));
    }

    private static String resource(Attributes wanted) {
      return wanted.subresource().isEmpty()
          ? wanted.resource()
          : wanted.resource() + "/" + wanted.subresource();
    }
  }

  private record OfPaths(Set<String> verbs, Set<String> paths) {

    boolean matches(Attributes wanted) {
      return has(verbs, wanted.verb()) && (has(paths, wanted.path()) || isBelow(wanted.path()));
    }

    private boolean isBelow(String path) {
      for (var each : paths) {
        var prefix = each.endsWith("*") ? each.substring(0, each.length() - 1) : each;
        if (path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/")) {
          return true;
        }
      }
      return false;
    }
  }

  FlowRule(JsonNode rule) {
    for (var each : rule.path("resourceRules")) {
      resources.add(
          new OfResources(
              texts(each.path("verbs")),
              texts(each.path("apiGroups")),
              texts(each.path("resources")),
              texts(each.path("namespaces")),
              each.path("clusterScope").asBoolean(false)));
    }
    for (var each : rule.path("nonResourceRules")) {
      paths.add(new OfPaths(texts(each.path("verbs")), texts(each.path("nonResourceURLs"))));
    }
  }

  boolean matches(Attributes wanted) {
    if (wanted.isResource()) {
      for (var each : resources) {
        if (each.matches(wanted)) {
          return true;
        }
      }
      return false;
    }
    for (var each : paths) {
      if (each.matches(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(Set<String> texts, String text) {
    return texts.contains(text) || texts.equals(ANY);
  }

  private static Set<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(item -> item.asString(""))
        .collect(Collectors.toUnmodifiableSet());
  }
}
