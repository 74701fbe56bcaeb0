package dev.nauarch.client.remote;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resource;
import dev.nauarch.client.Watch;
import dev.nauarch.client.WatchListener;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/**
 * One open watch: a virtual thread reads lines and tells the listener, until either side ends it.
 *
 * @param <T> the kind's model
 */
final class RemoteWatch<T extends HasMetadata> implements Watch {

  private final Transport transport;
  private final InputStream stream;
  private final Resource<T> resource;
  private final WatchListener<T> listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RemoteWatch(
      Transport transport, InputStream stream, Resource<T> resource, WatchListener<T> listener) {
    this.transport = transport;
    this.stream = stream;
    this.resource = resource;
    this.listener = listener;
  }

  static <T extends HasMetadata> RemoteWatch<T> start(
      Transport transport, InputStream stream, Resource<T> resource, WatchListener<T> listener) {
    var watch = new RemoteWatch<>(transport, stream, resource, listener);
    Thread.ofVirtual().name("watch-" + resource.plural()).start(watch::run);
    return watch;
  }

  private void run() {
    ApiException reason;
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reason = readEvents(reader);
    } catch (IOException e) {
      reason = transport.unreachable(e);
    } catch (IllegalArgumentException e) {
      reason =
          new ApiException(
              Reason.UNKNOWN, "the watch sent what is not an event: " + e, Details.NONE);
    }
    if (!closed.getAndSet(true)) {
      listener.onClosed(reason);
    }
  }

  private ApiException readEvents(BufferedReader reader) throws IOException {
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      var event = ModelCodec.tree(line.getBytes(StandardCharsets.UTF_8));
      var object = event.path("object");
      var kind = event.path("type").asString("");
      if ("ERROR".equals(kind)) {
        return StatusDecoder.decode(object, Reason.UNKNOWN.code());
      }
      if (closed.get()) {
        break;
      }
      tell(kind, object);
    }
    return new ApiException(Reason.SERVICE_UNAVAILABLE, "the server ended the watch", Details.NONE);
  }

  private void tell(String kind, JsonNode object) {
    switch (kind) {
      case "ADDED" -> listener.onAdded(ModelCodec.decode(object, resource));
      case "MODIFIED" -> listener.onModified(ModelCodec.decode(object, resource));
      case "DELETED" -> listener.onDeleted(ModelCodec.decode(object, resource));
      case "BOOKMARK" -> listener.onBookmark(object.at("/metadata/resourceVersion").asString(""));
      default -> throw new IllegalArgumentException("event type \"" + kind + "\"");
    }
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      stream.close();
    } catch (IOException e) {
      // The connection is gone already, which is all that closing wants.
      return;
    }
  }
}
