package dev.nauarch.client.remote;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
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
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A Kubernetes API server behind HTTPS, ours or another. */
public final class RemoteClient implements ClusterClient {

  private static final String JSON = "application/json";
  private static final int PAGE = 500;

  private final Transport transport;

  private RemoteClient(Transport transport) {
    this.transport = transport;
  }

  /**
   * A client of this server; nothing is sent before the first call.
   *
   * @throws IllegalArgumentException the credentials can't be used
   */
  public static RemoteClient connect(RemoteOptions options) {
    return new RemoteClient(new Transport(options));
  }

  /**
   * Ends all connections and opens new ones as they are needed: watches go on over them from where
   * they are. For whoever has new credentials, or was cut off for so long that the old connections
   * may be dead without a word.
   */
  public void reconnect() {
    transport.reconnect();
  }

  @Override
  public byte[] raw(String pathAndQuery) {
    return transport.send("GET", pathAndQuery);
  }

  /** The answer to a GET of any path as it arrives, for logs that are followed. */
  public InputStream rawStream(String pathAndQuery) {
    return transport.open(pathAndQuery);
  }

  @Override
  public <T extends HasMetadata> T create(Resource<T> resource, T object) {
    return decode(resource, sendCreation(resource, object));
  }

  @Override
  public <T extends HasMetadata> void createOnly(Resource<T> resource, T object) {
    sendCreation(resource, object);
  }

  /** What would come of a creation; nothing is created. */
  public <T extends HasMetadata> T tryCreate(Resource<T> resource, T object) {
    var path = resource.path(ObjectKey.of(object).namespace()) + "?dryRun=All";
    return decode(resource, transport.send("POST", path, encode(resource, object), JSON));
  }

  private <T extends HasMetadata> byte[] sendCreation(Resource<T> resource, T object) {
    var path = resource.path(ObjectKey.of(object).namespace());
    return transport.send("POST", path, encode(resource, object), JSON);
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
    try {
      return Optional.of(decode(resource, transport.send("GET", path(resource, key))));
    } catch (ApiException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public <T extends HasMetadata> T update(Resource<T> resource, T object) {
    return put(resource, object, "");
  }

  @Override
  public <T extends HasMetadata> T updateStatus(Resource<T> resource, T object) {
    return put(resource, object, "/status");
  }

  @Override
  public <T extends HasMetadata> T updateSubresource(
      Resource<T> resource, String subresource, T object) {
    return put(resource, object, "/" + subresource);
  }

  private <T extends HasMetadata> T put(Resource<T> resource, T object, String subresource) {
    var path = path(resource, ObjectKey.of(object)) + subresource;
    return decode(resource, transport.send("PUT", path, encode(resource, object), JSON));
  }

  @Override
  public <T extends HasMetadata> T patch(Resource<T> resource, ObjectKey key, Patch patch) {
    return decode(resource, sendPatch(resource, key, patch));
  }

  @Override
  public <T extends HasMetadata> void patchOnly(Resource<T> resource, ObjectKey key, Patch patch) {
    sendPatch(resource, key, patch);
  }

  private byte[] sendPatch(Resource<?> resource, ObjectKey key, Patch patch) {
    var query = new Query();
    query.add("fieldManager", patch.fieldManager());
    if (patch.force()) {
      query.add("force", "true");
    }
    var subresource = patch.subresource().isEmpty() ? "" : "/" + patch.subresource();
    var body = patch.body().getBytes(StandardCharsets.UTF_8);
    return transport.send(
        "PATCH", path(resource, key) + subresource + query, body, patch.type().mediaType());
  }

  @Override
  public <T extends HasMetadata> byte[] post(
      Resource<T> resource, ObjectKey key, String subresource, Object body) {
    return transport.send(
        "POST", path(resource, key) + "/" + subresource, ModelCodec.encode(body), JSON);
  }

  @Override
  public <T extends HasMetadata> boolean delete(
      Resource<T> resource, ObjectKey key, DeleteOptions options) {
    var body = ModelCodec.encode(options.toJson());
    try {
      transport.send("DELETE", path(resource, key), body, JSON);
      return true;
    } catch (ApiException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public <T extends HasMetadata> ObjectList<T> list(Resource<T> resource, Selection selection) {
    var first = page(resource, selection, PAGE, "");
    var items = new ArrayList<>(first.items());
    try {
      for (var next = first.next(); !next.isEmpty(); ) {
        var page = page(resource, selection, PAGE, next);
        items.addAll(page.items());
        next = page.next();
      }
    } catch (ApiException e) {
      if (e.reason() != Reason.EXPIRED) {
        throw e;
      }
      // So much is written meanwhile that the list's revision is gone before its last page.
      var whole = page(resource, selection, 0, "");
      return new ObjectList<>(whole.items(), whole.resourceVersion());
    }
    return new ObjectList<>(List.copyOf(items), first.resourceVersion());
  }

  /**
   * A part of a list.
   *
   * @param next where the next one begins; empty after the last
   */
  private record Page<T>(List<T> items, String next, String resourceVersion) {}

  private <T extends HasMetadata> Page<T> page(
      Resource<T> resource, Selection selection, int limit, String begin) {
    var query = query(selection);
    query.add("limit", limit == 0 ? "" : String.valueOf(limit));
    query.add("continue", begin);
    var path = resource.path(selection.namespace()) + query;
    var list = ModelCodec.tree(transport.send("GET", path));
    var items = new ArrayList<T>();
    for (var item : list.path("items")) {
      items.add(typed(resource, item));
    }
    var metadata = list.path("metadata");
    return new Page<>(
        List.copyOf(items),
        metadata.path("continue").asString(""),
        metadata.path("resourceVersion").asString(""));
  }

  @Override
  public <T extends HasMetadata> Watch watch(
      Resource<T> resource,
      Selection selection,
      String resourceVersion,
      WatchListener<T> listener) {
    var query = query(selection);
    query.add("watch", "true");
    query.add("allowWatchBookmarks", "true");
    query.add("resourceVersion", resourceVersion);
    var stream = transport.open(resource.path(selection.namespace()) + query);
    return RemoteWatch.start(transport, stream, resource, listener);
  }

  private static Query query(Selection selection) {
    var query = new Query();
    query.add("labelSelector", selection.labelSelector());
    query.add("fieldSelector", selection.fieldSelector());
    return query;
  }

  private static String path(Resource<?> resource, ObjectKey key) {
    return resource.path(key.namespace()) + "/" + key.name();
  }

  /** Items of lists need not carry the kind that a list of theirs implies. */
  private static <T extends HasMetadata> T typed(Resource<T> resource, JsonNode item) {
    if (item instanceof ObjectNode object && !object.has("kind")) {
      object.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    }
    return ModelCodec.decode(item, resource);
  }

  private static <T extends HasMetadata> T decode(Resource<T> resource, byte[] body) {
    return ModelCodec.decode(body, resource);
  }

  private static <T extends HasMetadata> byte[] encode(Resource<T> resource, T object) {
    var tree = ModelCodec.tree(object);
    tree.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    return ModelCodec.encode(tree);
  }

  @Override
  public void close() {
    transport.close();
  }

  /** The part of a URL after the question mark; what is empty is left out. */
  private static final class Query {
    private final StringBuilder text = new StringBuilder();

    void add(String name, String value) {
      if (!value.isEmpty()) {
        text.append(text.isEmpty() ? '?' : '&')
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      }
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
