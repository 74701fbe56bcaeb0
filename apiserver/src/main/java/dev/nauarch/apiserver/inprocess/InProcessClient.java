package dev.nauarch.apiserver.inprocess;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ModelCodec.Earlier;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.registry.ListQuery;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.Versions;
import dev.nauarch.apiserver.request.Access;
import dev.nauarch.apiserver.request.RequestHandler;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.watch.WatchRequest;
import dev.nauarch.apiserver.watch.WatchStart;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.ObjectList;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.Watch;
import dev.nauarch.client.WatchListener;
import dev.nauarch.client.remote.StatusDecoder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A client of the API server in whose process it runs. Writes take the way of every request but for
 * the socket. Reads and watches hand over typed objects that are decoded once for all readers.
 */
public final class InProcessClient implements ClusterClient {

  private static final String JSON = "application/json";
  private static final String MINIMAL = "return=minimal";
  private static final int FAILURES = 400;

  private final Wiring wiring;
  private final User user;
  private final String agent;
  private final Set<InProcessWatch<?>> watches = ConcurrentHashMap.newKeySet();

  /**
   * What a client is made of.
   *
   * @param catalog the kinds of this moment
   * @param registry reads and watches
   * @param access who may do what
   * @param requests everything else
   */
  public record Wiring(
      Supplier<Catalog> catalog, Registry registry, Access access, RequestHandler requests) {}

  /**
   * A client of its own identity.
   *
   * @param user who it acts as
   * @param agent the name under which it owns the fields that it writes
   */
  public InProcessClient(Wiring wiring, User user, String agent) {
    this.wiring = wiring;
    this.user = user;
    this.agent = agent;
  }

  @Override
  public <T extends HasMetadata> T create(Resource<T> resource, T object) {
    var namespace = ObjectKey.of(object).namespace();
    return decode(
        resource, send("POST", resource.path(namespace), "", encode(resource, object), JSON));
  }

  @Override
  public <T extends HasMetadata> void createOnly(Resource<T> resource, T object) {
    var path = resource.path(ObjectKey.of(object).namespace());
    send(new LocalRequest("POST", path, "", encode(resource, object), JSON, agent, MINIMAL));
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
    var kind = kind(resource);
    wiring.access.check(user, attributes("get", kind, key.namespace(), key.name()));
    var target = Target.of(kind, key.namespace(), key.name());
    return wiring.registry.find(target).map(found -> typed(resource, kind, shared(target, found)));
  }

  @Override
  public <T extends HasMetadata> T update(Resource<T> resource, T object) {
    var path = path(resource, ObjectKey.of(object));
    return decode(resource, send("PUT", path, "", encode(resource, object), JSON));
  }

  @Override
  public <T extends HasMetadata> T updateStatus(Resource<T> resource, T object) {
    var path = path(resource, ObjectKey.of(object)) + "/status";
    return decode(resource, send("PUT", path, "", encode(resource, object), JSON));
  }

  @Override
  public <T extends HasMetadata> T updateSubresource(
      Resource<T> resource, String subresource, T object) {
    var path = path(resource, ObjectKey.of(object)) + "/" + subresource;
    return decode(resource, send("PUT", path, "", encode(resource, object), JSON));
  }

  @Override
  public <T extends HasMetadata> T patch(Resource<T> resource, ObjectKey key, Patch patch) {
    return decode(resource, send(patching(resource, key, patch, "")));
  }

  @Override
  public <T extends HasMetadata> void patchOnly(Resource<T> resource, ObjectKey key, Patch patch) {
    send(patching(resource, key, patch, MINIMAL));
  }

  private LocalRequest patching(
      Resource<?> resource, ObjectKey key, Patch patch, String preference) {
    var subresource = patch.subresource().isEmpty() ? "" : "/" + patch.subresource();
    var manager = patch.fieldManager().isEmpty() ? agent : patch.fieldManager();
    var query =
        "fieldManager="
            + URLEncoder.encode(manager, StandardCharsets.UTF_8)
            + (patch.force() && patch.type() == Patch.Type.APPLY ? "&force=true" : "");
    var body = patch.body().getBytes(StandardCharsets.UTF_8);
    var path = path(resource, key) + subresource;
    return new LocalRequest(
        "PATCH", path, query, body, patch.type().mediaType(), agent, preference);
  }

  @Override
  public <T extends HasMetadata> byte[] post(
      Resource<T> resource, ObjectKey key, String subresource, Object body) {
    var path = path(resource, key) + "/" + subresource;
    return send("POST", path, "", ModelCodec.encode(body), JSON);
  }

  @Override
  public <T extends HasMetadata> boolean delete(
      Resource<T> resource, ObjectKey key, DeleteOptions options) {
    try {
      send("DELETE", path(resource, key), "", ModelCodec.encode(options.toJson()), JSON);
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
    var kind = kind(resource);
    wiring.access.check(user, attributes("list", kind, selection));
    var page = wiring.registry.list(kind, ListQuery.latest(selected(kind, selection)));
    var items = new ArrayList<T>(page.objects().size());
    for (var object : page.objects()) {
      items.add(typed(resource, kind, object));
    }
    return new ObjectList<>(items, Long.toString(page.revision()));
  }

  @Override
  public byte[] raw(String pathAndQuery) {
    int at = pathAndQuery.indexOf('?');
    return at < 0
        ? send("GET", pathAndQuery, "", new byte[0], "")
        : send(
            "GET", pathAndQuery.substring(0, at), pathAndQuery.substring(at + 1), new byte[0], "");
  }

  @Override
  public <T extends HasMetadata> Watch watch(
      Resource<T> resource,
      Selection selection,
      String resourceVersion,
      WatchListener<T> listener) {
    var kind = kind(resource);
    wiring.access.check(user, attributes("watch", kind, selection));
    var request = selected(kind, selection);
    try {
      var channel = wiring.registry.watch(kind, request, start(resourceVersion));
      var watch =
          new InProcessWatch<T>(
              channel, object -> typed(resource, kind, object), listener, watches::remove);
      watches.add(watch);
      watch.start(resource.plural());
      return watch;
    } catch (ApiException e) {
      if (e.reason() != Reason.EXPIRED && e.reason() != Reason.GONE) {
        throw e;
      }
      listener.onClosed(e);
      return () -> {};
    }
  }

  @Override
  public void close() {
    watches.forEach(InProcessWatch::close);
  }

  private WatchStart start(String resourceVersion) {
    if (resourceVersion.isEmpty()) {
      wiring.registry.awaitLatest();
      return new WatchStart.Current(false);
    }
    return resourceVersion.equals("0")
        ? new WatchStart.Current(false)
        : new WatchStart.After(wiring.registry.await(resourceVersion));
  }

  private Kind kind(Resource<?> resource) {
    return wiring
        .catalog
        .get()
        .find(resource.group(), resource.version(), resource.plural())
        .orElseThrow(
            () ->
                new ApiException(
                    Reason.NOT_FOUND,
                    "the server could not find the requested resource",
                    new ApiException.Details(
                        resource.group(), resource.plural(), "", List.of(), 0)));
  }

  private static Attributes attributes(String verb, Kind kind, String namespace, String name) {
    return new Attributes(
        verb,
        kind.group(),
        kind.version(),
        kind.names().plural(),
        "",
        namespace,
        name,
        "",
        List.of());
  }

  private static Attributes attributes(String verb, Kind kind, Selection selection) {
    var fields = FieldSelector.requirements(selection.fieldSelector());
    var name = new FieldSelector(fields).name().orElse("");
    return attributes(verb, kind, selection.namespace(), name).selecting(fields);
  }

  private static WatchRequest selected(Kind kind, Selection selection) {
    var fields = FieldSelector.parse(selection.fieldSelector(), kind);
    return new WatchRequest(
        selection.namespace(),
        fields.name().orElse(""),
        LabelSelector.parse(selection.labelSelector()),
        fields);
  }

  /** The cache's object where it is as new, since that one may be decoded already. */
  private StoredObject shared(Target target, StoredObject found) {
    return wiring
        .registry
        .cached(target)
        .filter(cached -> cached.revision() == found.revision())
        .orElse(found);
  }

  private static <T extends HasMetadata> T typed(
      Resource<T> resource, Kind kind, StoredObject object) {
    return object.typed(
        view(resource),
        resource.type(),
        (stored, earlier) -> decoded(resource, kind, stored, earlier));
  }

  /** Selections of names make no other model. */
  private static Object view(Resource<?> resource) {
    return resource.name().isEmpty() ? resource : resource.named("");
  }

  private static <T extends HasMetadata> T decoded(
      Resource<T> resource, Kind kind, StoredObject object, Optional<Earlier<T>> earlier) {
    var type = resource.type();
    if (!type.equals(PartialObjectMetadata.class)) {
      return earlier.isPresent() && Versions.isAsStored(kind)
          ? versioned(ModelCodec.decode(object.stored(), resource, earlier.get()), object, kind)
          : ModelCodec.decode(Versions.served(object, kind), resource);
    }
    var metadata = ModelCodec.metadata(object.stored());
    metadata.setResourceVersion(Long.toString(object.revision()));
    var model = new PartialObjectMetadata();
    model.setApiVersion(kind.apiVersion());
    model.setKind(kind.kind());
    model.setMetadata(metadata);
    return type.cast(model);
  }

  /** A model of what is stored, which has no resourceVersion and may have another apiVersion. */
  private static <T extends HasMetadata> T versioned(T model, StoredObject object, Kind kind) {
    model.getMetadata().setResourceVersion(Long.toString(object.revision()));
    model.setApiVersion(kind.apiVersion());
    return model;
  }

  private byte[] send(String method, String path, String query, byte[] body, String contentType) {
    return send(new LocalRequest(method, path, query, body, contentType, agent, ""));
  }

  private byte[] send(LocalRequest request) {
    var response = wiring.requests.answer(request.request(), user);
    var answer =
        switch (response) {
          case Response.Full full -> full.body();
          case Response.Streamed streamed -> whole(streamed);
          case Response.Upgraded upgraded ->
              throw new IllegalStateException(request + " is answered by an upgrade");
        };
    if (response.status() >= FAILURES) {
      throw StatusDecoder.decode(response.status(), answer);
    }
    return answer;
  }

  /** What another server answers comes in pieces. */
  private static byte[] whole(Response.Streamed streamed) {
    var body = new ByteArrayOutputStream();
    try {
      streamed.writer().write(body::write);
    } catch (IOException e) {
      throw away("the answer broke off: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("interrupted");
    }
    return body.toByteArray();
  }

  private static ApiException away(String why) {
    return new ApiException(Reason.SERVICE_UNAVAILABLE, why, ApiException.Details.NONE);
  }

  private static String path(Resource<?> resource, ObjectKey key) {
    return resource.path(key.namespace())
        + "/"
        + URLEncoder.encode(key.name(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static <T extends HasMetadata> byte[] encode(Resource<T> resource, T object) {
    var tree = ModelCodec.tree(object);
    tree.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    return ModelCodec.encode(tree);
  }

  private static <T extends HasMetadata> T decode(Resource<T> resource, byte[] body) {
    return ModelCodec.decode(body, resource.type());
  }
}
