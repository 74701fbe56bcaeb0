package dev.nauarch.apiserver.port;

import dev.nauarch.apiserver.object.ObjectPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** An object view over a map, for tests of one thread. Objects are written in relaxed JSON. */
public final class MemoryView implements ObjectView {

  private static final JsonNode NONE = MissingNode.getInstance();

  private final Map<String, TreeMap<String, ObjectNode>> objects = new HashMap<>();
  private final Map<String, Long> revisions = new HashMap<>();
  private final Map<String, List<Runnable>> listeners = new HashMap<>();

  /** Reads an object; single quotes stand for double ones. */
  public static ObjectNode tree(String json) {
    return (ObjectNode) new JsonMapper().readTree(json.replace('\'', '"'));
  }

  /** Adds or replaces an object. */
  public MemoryView put(String group, String plural, ObjectNode object) {
    var metadata = object.path("metadata");
    var key = key(metadata.path("namespace").asString(""), metadata.path("name").asString(""));
    objects.computeIfAbsent(group + "/" + plural, _ -> new TreeMap<>()).put(key, object);
    changed(group + "/" + plural);
    return this;
  }

  /** Removes an object. */
  public MemoryView remove(String group, String plural, String namespace, String name) {
    objects.getOrDefault(group + "/" + plural, new TreeMap<>()).remove(key(namespace, name));
    changed(group + "/" + plural);
    return this;
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    var ofKind = objects.getOrDefault(group + "/" + plural, new TreeMap<>());
    return Optional.ofNullable(ofKind.get(key(namespace, name)));
  }

  @Override
  public Optional<ObjectNode> findNow(String group, String plural, String namespace, String name) {
    return find(group, plural, namespace, name);
  }

  @Override
  public Optional<String> scalar(
      String group, String plural, String namespace, String name, List<String> path) {
    JsonNode at = find(group, plural, namespace, name).<JsonNode>map(found -> found).orElse(NONE);
    for (var field : path) {
      at = at.path(field);
    }
    return at.isValueNode() && !at.isNull() ? Optional.of(at.asString()) : Optional.empty();
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    var ofKind = objects.getOrDefault(group + "/" + plural, new TreeMap<>());
    return ofKind.entrySet().stream()
        .filter(entry -> namespace.isEmpty() || entry.getKey().startsWith(namespace + "/"))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** A part of an object may be more than is asked for. */
  @Override
  public List<ObjectNode> parts(String group, String plural, String namespace, ObjectPart part) {
    return list(group, plural, namespace);
  }

  @Override
  public List<String> names(String group, String plural) {
    return list(group, plural, "").stream()
        .map(object -> object.path("metadata").path("name").asString(""))
        .toList();
  }

  @Override
  public List<ObjectNode> podsOn(String node) {
    return list("", "pods", "").stream()
        .filter(pod -> pod.path("spec").path("nodeName").asString("").equals(node))
        .toList();
  }

  @Override
  public long revision(String group, String plural) {
    return revisions.getOrDefault(group + "/" + plural, 0L);
  }

  @Override
  public void onChange(String group, String plural, Runnable told) {
    listeners.computeIfAbsent(group + "/" + plural, _ -> new ArrayList<>()).add(told);
  }

  private void changed(String resource) {
    revisions.merge(resource, 1L, Long::sum);
    listeners.getOrDefault(resource, List.of()).forEach(Runnable::run);
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
