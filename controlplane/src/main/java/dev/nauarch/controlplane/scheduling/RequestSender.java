package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.scheduling.translate.ApiRequest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests through a client. */
final class RequestSender {

  private static final Logger LOG = LoggerFactory.getLogger(RequestSender.class);
  private static final int ATTEMPTS = 6;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final ClusterClient client;

  RequestSender(ClusterClient client) {
    this.client = client;
  }

  /**
   * Sends one request and waits for its answer.
   *
   * @throws ApiException the answer is not success
   */
  void send(ApiRequest request) {
    switch (request) {
      case ApiRequest.PatchObject patch -> patch(patch.resource(), patch);
      case ApiRequest.Post(var resource, var key, var subresource, var body) ->
          client.post(resource, key, subresource, body);
      case ApiRequest.Delete(var resource, var key, var uid) -> delete(resource, key, uid);
      case ApiRequest.Create<?> create -> create(create);
      case ApiRequest.Update<?> update -> update(update);
    }
  }

  /**
   * Sends one request whose failure only costs time: tries a few times, then gives up.
   *
   * @return why it failed at last; empty where it did not
   */
  Optional<String> trySend(ApiRequest request) {
    var why = "";
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        send(request);
        return Optional.empty();
      } catch (ApiException e) {
        why = String.valueOf(e.getMessage());
        if (!mayPass(e) || !pause(PAUSE.multipliedBy(1L << attempt))) {
          LOG.debug("{} was refused: {}", request, why);
          return Optional.of(why);
        }
      }
    }
    LOG.warn("gave up {}", request);
    return Optional.of(why);
  }

  private static boolean mayPass(ApiException e) {
    return switch (e.reason()) {
      case TOO_MANY_REQUESTS, INTERNAL_ERROR, SERVICE_UNAVAILABLE, TIMEOUT, UNKNOWN -> true;
      default -> false;
    };
  }

  private static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private <T extends HasMetadata> void patch(Resource<T> resource, ApiRequest.PatchObject patch) {
    var type =
        switch (patch.form()) {
          case MERGE -> Patch.Type.MERGE;
          case STRATEGIC -> Patch.Type.STRATEGIC;
          case OPERATIONS -> Patch.Type.JSON;
        };
    client.patchOnly(
        resource, patch.key(), new Patch(type, patch.subresource(), patch.body(), "", false));
  }

  private <T extends HasMetadata> void delete(Resource<T> resource, ObjectKey key, String uid) {
    client.delete(resource, key, new DeleteOptions(OptionalLong.empty(), "Background", uid, ""));
  }

  private <T extends HasMetadata> void create(ApiRequest.Create<T> create) {
    client.createOnly(create.resource(), create.object());
  }

  private <T extends HasMetadata> void update(ApiRequest.Update<T> update) {
    client.update(update.resource(), update.object());
  }
}
