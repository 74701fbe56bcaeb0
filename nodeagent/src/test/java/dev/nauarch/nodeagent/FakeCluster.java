package dev.nauarch.nodeagent;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.ObjectList;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.Watch;
import dev.nauarch.client.WatchListener;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of a cluster as an agent sees: objects as trees with versions, watches that are told at
 * once, field selectors on names and nodes, and a pod's two-step deletion.
 */
public final class FakeCluster implements ClusterClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final List<Open<?>> watches = new CopyOnWriteArrayList<>();
  private long version;

  private record Open<T extends HasMetadata>(
      Resource<T> resource, Selection selection, WatchListener<T> listener) {}

  private static String prefix(Resource<?> resource) {
    return resource.group() + "/" + resource.plural() + "/";
  }

  private static String path(Resource<?> resource, ObjectKey key) {
    return prefix(resource) + key;
  }

  private static <T extends HasMetadata> T model(Resource<T> resource, ObjectNode tree) {
    return ModelCodec.decode(tree, resource);
  }

  private ObjectNode store(Resource<?> resource, ObjectNode tree, String event) {
    var metadata = (ObjectNode) tree.get("metadata");
    metadata.put("resourceVersion", String.valueOf(++version));
    var namespace = metadata.path("namespace").asString("");
    objects.put(path(resource, new ObjectKey(namespace, metadata.get("name").asString())), tree);
    tell(resource, tree, event);
    return tree;
  }

  private void tell(Resource<?> resource, ObjectNode tree, String event) {
    watches.stream()
        .filter(open -> prefix(open.resource()).equals(prefix(resource)))
        .filter(open -> selects(open.selection(), tree))
        .forEach(open -> tell(open, tree, event));
  }

  private static <T extends HasMetadata> void tell(Open<T> open, ObjectNode tree, String event) {
    var object = model(open.resource(), tree);
    switch (event) {
      case "ADDED" -> open.listener().onAdded(object);
      case "MODIFIED" -> open.listener().onModified(object);
      default -> open.listener().onDeleted(object);
    }
  }

  private static boolean selects(Selection selection, JsonNode tree) {
    if (!selection.namespace().isEmpty()
        && !tree.at("/metadata/namespace").asString("").equals(selection.namespace())) {
      return false;
    }
    for (var term : selection.labelSelector().split(",", -1)) {
      var sides = term.split("=", 2);
      var label = tree.path("metadata").path("labels").path(sides[0]).asString("");
      if (!term.isEmpty() && !label.equals(sides[1])) {
        return false;
      }
    }
    for (var term : selection.fieldSelector().split(",", -1)) {
      if (!term.isEmpty()) {
        var sides = term.split("=", 2);
        if (!tree.at("/" + sides[0].replace('.', '/')).asString("").equals(sides[1])) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public synchronized <T extends HasMetadata> T create(Resource<T> resource, T object) {
    ObjectNode tree = JSON.valueToTree(object);
    var metadata = (ObjectNode) tree.get("metadata");
    if (objects.containsKey(path(resource, ObjectKey.of(object)))) {
      throw ApiException.alreadyExists(
          resource.group(), resource.plural(), object.getMetadata().getName());
    }
    if (!metadata.hasNonNull("uid")) {
      metadata.put("uid", UUID.randomUUID().toString());
    }
    metadata.put("generation", 1);
    metadata.put("creationTimestamp", Instant.now().toString());
    return model(resource, store(resource, tree, "ADDED"));
  }

  @Override
  public byte[] raw(String pathAndQuery) {
    throw ApiException.notFound("", "", pathAndQuery);
  }

  @Override
  public synchronized <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
    return Optional.ofNullable(objects.get(path(resource, key))).map(t -> model(resource, t));
  }

  @Override
  public synchronized <T extends HasMetadata> T update(Resource<T> resource, T object) {
    tree(resource, ObjectKey.of(object));
    return model(resource, store(resource, JSON.valueToTree(object), "MODIFIED"));
  }

  private ObjectNode tree(Resource<?> resource, ObjectKey key) {
    var tree = objects.get(path(resource, key));
    if (tree == null) {
      throw ApiException.notFound(resource.group(), resource.plural(), key.name());
    }
    return tree.deepCopy();
  }

  @Override
  public synchronized <T extends HasMetadata> T updateStatus(Resource<T> resource, T object) {
    var tree = tree(resource, ObjectKey.of(object));
    ObjectNode given = JSON.valueToTree(object);
    tree.set("status", given.get("status"));
    return model(resource, store(resource, tree, "MODIFIED"));
  }

  @Override
  public <T extends HasMetadata> T updateSubresource(
      Resource<T> resource, String subresource, T object) {
    throw ApiException.notFound(resource.group(), subresource, object.getMetadata().getName());
  }

  @Override
  public synchronized <T extends HasMetadata> T patch(
      Resource<T> resource, ObjectKey key, Patch patch) {
    var tree = tree(resource, key);
    var body = (ObjectNode) JSON.readTree(patch.body());
    var uid = body.at("/metadata/uid").asString("");
    if (!uid.isEmpty() && !uid.equals(tree.at("/metadata/uid").asString())) {
      throw ApiException.conflict(resource.group(), resource.plural(), key.name(), "another uid");
    }
    merge(tree, body);
    return model(resource, store(resource, tree, "MODIFIED"));
  }

  private static void merge(ObjectNode into, ObjectNode patch) {
    for (var entry : patch.properties()) {
      var mine = into.get(entry.getKey());
      if (entry.getValue() instanceof ObjectNode theirs && mine instanceof ObjectNode own) {
        merge(own, theirs);
      } else if (entry.getValue().isNull()) {
        into.remove(entry.getKey());
      } else {
        into.set(entry.getKey(), entry.getValue());
        entry
            .getValue()
            .values()
            .removeIf(item -> item.path("$patch").asString("").equals("delete"));
      }
    }
  }

  @Override
  public <T extends HasMetadata> byte[] post(
      Resource<T> resource, ObjectKey key, String subresource, Object body) {
    throw ApiException.notFound(resource.group(), subresource, key.name());
  }

  @Override
  public synchronized <T extends HasMetadata> boolean delete(
      Resource<T> resource, ObjectKey key, DeleteOptions options) {
    var tree = objects.get(path(resource, key));
    if (tree == null) {
      return false;
    }
    if (!options.uid().isEmpty() && !options.uid().equals(tree.at("/metadata/uid").asString())) {
      throw ApiException.conflict(resource.group(), resource.plural(), key.name(), "another uid");
    }
    var grace =
        options.graceSeconds().orElse(tree.at("/spec/terminationGracePeriodSeconds").asLong(30));
    if (resource.type() == Pod.class && grace > 0) {
      var marked = tree.deepCopy();
      var metadata = (ObjectNode) marked.get("metadata");
      metadata.put("deletionTimestamp", Instant.now().plusSeconds(grace).toString());
      metadata.put("deletionGracePeriodSeconds", grace);
      store(resource, marked, "MODIFIED");
      return true;
    }
    objects.remove(path(resource, key));
    version++;
    tell(resource, tree, "DELETED");
    return true;
  }

  @Override
  public synchronized <T extends HasMetadata> ObjectList<T> list(
      Resource<T> resource, Selection selection) {
    var items = new ArrayList<T>();
    objects.forEach(
        (path, tree) -> {
          if (path.startsWith(prefix(resource)) && selects(selection, tree)) {
            items.add(model(resource, tree));
          }
        });
    return new ObjectList<>(items, String.valueOf(version));
  }

  @Override
  public synchronized <T extends HasMetadata> Watch watch(
      Resource<T> resource,
      Selection selection,
      String resourceVersion,
      WatchListener<T> listener) {
    var open = new Open<>(resource, selection, listener);
    watches.add(open);
    // What changed between the list and the watch would be lost; there is no history here.
    if (!resourceVersion.equals(String.valueOf(version))) {
      list(resource, selection).items().forEach(listener::onModified);
    }
    return () -> watches.remove(open);
  }

  @Override
  public void close() {}
}
