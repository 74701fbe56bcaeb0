package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.discovery.ApiVersions;
import dev.nauarch.apiserver.object.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Discovery with the groups of other servers among this one's, in the order of their priorities.
 *
 * @param table who serves what
 */
record MergedDiscovery(ServiceTable table) {

  /** An {@code APIGroupDiscoveryList} with all groups. */
  ObjectNode aggregated(ObjectNode own) {
    var groups = new HashMap<String, ObjectNode>();
    for (var item : own.path("items")) {
      groups.put(Json.text(item, "metadata", "name"), (ObjectNode) item.deepCopy());
    }
    for (var remote : table.remotes()) {
      if (!remote.group().isEmpty()) {
        var item = groups.computeIfAbsent(remote.group(), MergedDiscovery::emptyItem);
        add(item, remote.version(), table.found(remote).entry(remote.version()));
      }
    }
    var merged = own.deepCopy();
    var items = merged.putArray("items");
    for (var name : table.sortedGroups(groups.keySet())) {
      items.add(sorted(name, groups.getOrDefault(name, emptyItem(name))));
    }
    return merged;
  }

  private static ObjectNode emptyItem(String group) {
    var item = Json.object();
    item.putObject("metadata").put("name", group).putNull("creationTimestamp");
    item.putArray("versions");
    return item;
  }

  /** Puts the entry of a version in, in place of another one of it. */
  private static void add(ObjectNode item, String version, ObjectNode entry) {
    var versions = item.withArray("versions");
    for (var i = 0; i < versions.size(); i++) {
      if (Json.text(versions.get(i), "version").equals(version)) {
        versions.set(i, entry);
        return;
      }
    }
    versions.add(entry);
  }

  private ObjectNode sorted(String group, ObjectNode item) {
    var byVersion = new LinkedHashMap<String, JsonNode>();
    item.path("versions").forEach(each -> byVersion.put(Json.text(each, "version"), each));
    var versions = item.putArray("versions");
    table
        .sortedVersions(group, byVersion.keySet(), ApiVersions.PREFERRED_FIRST)
        .forEach(version -> versions.add(byVersion.get(version)));
    return item;
  }

  /** An {@code APIGroupList} with all groups. */
  ObjectNode groups(ObjectNode own) {
    var groups = new HashMap<String, ObjectNode>();
    for (var group : own.path("groups")) {
      groups.put(Json.text(group, "name"), (ObjectNode) group);
    }
    for (var remote : table.remotes()) {
      if (!remote.group().isEmpty()) {
        groups.computeIfAbsent(remote.group(), name -> Json.object().put("name", name));
      }
    }
    var merged = own.deepCopy();
    var list = merged.putArray("groups");
    for (var name : table.sortedGroups(groups.keySet())) {
      list.add(group(name, groups.getOrDefault(name, Json.object().put("name", name))));
    }
    return merged;
  }

  /** An {@code APIGroup} with all versions; empty where nobody serves the group. */
  Optional<ObjectNode> group(String name, Optional<ObjectNode> own) {
    var isRemote = table.remotes().stream().anyMatch(remote -> remote.group().equals(name));
    if (own.isEmpty() && !isRemote) {
      return Optional.empty();
    }
    var empty = Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
    return Optional.of(group(name, own.orElse(empty)));
  }

  private ObjectNode group(String name, ObjectNode own) {
    Map<String, JsonNode> versions = new LinkedHashMap<>();
    own.path("versions").forEach(each -> versions.put(Json.text(each, "version"), each));
    for (var remote : table.remotes()) {
      if (remote.group().equals(name)) {
        versions.put(
            remote.version(),
            Json.object()
                .put("groupVersion", name + "/" + remote.version())
                .put("version", remote.version()));
      }
    }
    var merged = own.deepCopy();
    var list = merged.putArray("versions");
    table
        .sortedVersions(name, versions.keySet(), ApiVersions.PREFERRED_FIRST)
        .forEach(version -> list.add(versions.get(version)));
    merged.set("preferredVersion", list.path(0).deepCopy());
    return merged;
  }

  /** The index of OpenAPI v3 with the entries of other servers. */
  ObjectNode openApiIndex(ObjectNode own) {
    var merged = own.deepCopy();
    var paths = merged.withObject("paths");
    for (var remote : table.remotes()) {
      var entry = table.found(remote).openApi();
      var path = remote.path().substring(1);
      if (entry.isObject()) {
        paths.set(path, entry.deepCopy());
      } else {
        paths.remove(path);
      }
    }
    return merged;
  }
}
