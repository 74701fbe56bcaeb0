package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.object.Json;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server told of one version of a group when it was asked last.
 *
 * @param resources its resources, as aggregated discovery lists them
 * @param openApi its entry in the index of OpenAPI v3; missing where it has none
 * @param isStale whether it did not answer since
 */
record Found(JsonNode resources, JsonNode openApi, boolean isStale) {

  /** Nothing was told yet. */
  static final Found NOTHING =
      new Found(Json.MAPPER.missingNode(), Json.MAPPER.missingNode(), true);

  Found stale() {
    return new Found(resources, openApi, true);
  }

  /** The version's entry in aggregated discovery. */
  ObjectNode entry(String version) {
    var entry = Json.object().put("version", version);
    if (resources.isArray()) {
      entry.set("resources", resources.deepCopy());
    }
    return entry.put("freshness", isStale ? "Stale" : "Current");
  }

  /** The resources of an {@code APIResourceList}, as aggregated discovery lists them. */
  static JsonNode resources(ObjectNode list, String group, String version) {
    var resources = Json.object().putArray("resources");
    var byName = new HashMap<String, ObjectNode>();
    for (var each : list.path("resources")) {
      var name = Json.text(each, "name");
      if (name.indexOf('/') < 0) {
        var resource = resources.addObject().put("resource", name);
        fill(resource, each, Map.of("group", group, "version", version));
        resource.put("scope", each.path("namespaced").asBoolean() ? "Namespaced" : "Cluster");
        resource.put("singularResource", Json.text(each, "singularName"));
        copy(each, resource, "shortNames");
        copy(each, resource, "categories");
        byName.put(name, resource);
      }
    }
    for (var each : list.path("resources")) {
      var name = Json.text(each, "name");
      var slash = name.indexOf('/');
      var parent = slash < 0 ? null : byName.get(name.substring(0, slash));
      if (parent != null) {
        var subresource = parent.withArray("subresources").addObject();
        subresource.put("subresource", name.substring(slash + 1));
        fill(subresource, each, Map.of("group", group, "version", version));
      }
    }
    return resources;
  }

  private static void fill(ObjectNode to, JsonNode from, Map<String, String> byDefault) {
    var kind = to.putObject("responseKind");
    for (var field : new String[] {"group", "version"}) {
      var own = Json.text(from, field);
      kind.put(field, own.isEmpty() ? byDefault.getOrDefault(field, "") : own);
    }
    kind.put("kind", Json.text(from, "kind"));
    to.set("verbs", from.path("verbs").deepCopy());
  }

  private static void copy(JsonNode from, ObjectNode to, String field) {
    if (from.path(field).isArray() && !from.path(field).isEmpty()) {
      to.set(field, from.path(field).deepCopy());
    }
  }
}
