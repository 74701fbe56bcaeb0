package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.scheduling.translate.ClaimSteps.Step;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes an object step by step, each by what the object is then. Whatever comes of it, it tells
 * how the object is afterwards: the scheduler must not believe that it was not written what was
 * written after all.
 */
final class StepSender {

  private static final Logger LOG = LoggerFactory.getLogger(StepSender.class);
  private static final int STEPS_MAX = 16;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final ClusterClient client;

  StepSender(ClusterClient client) {
    this.client = client;
  }

  /** Why an object is not as it was to be. */
  record Failure(String why, boolean mayPass) {}

  /**
   * Changes an object.
   *
   * @param first the object as it may still be
   * @param next the step that it needs
   * @param last hears of how the object is in the end, unless it is gone
   * @throws InterruptedException it was stopped; nobody needs to be told any more
   */
  <T extends HasMetadata> Optional<Failure> change(
      Resource<T> resource, T first, Function<T, Step> next, Consumer<T> last)
      throws InterruptedException {
    var object = first;
    for (int i = 0; i < STEPS_MAX; i++) {
      switch (next.apply(object)) {
        case Step.Done() -> {
          last.accept(object);
          return Optional.empty();
        }
        case Step.Overtaken(var why) -> {
          last.accept(object);
          return Optional.of(new Failure(why, false));
        }
        case Step.Change(var request) -> {
          var patch = new Patch(Patch.Type.MERGE, request.subresource(), request.body(), "", false);
          try {
            object = client.patch(resource, request.key(), patch);
          } catch (ApiException e) {
            var now = read(resource, request.key());
            if (e.reason() != Reason.CONFLICT || now.isEmpty()) {
              now.ifPresent(last);
              return Optional.of(new Failure(String.valueOf(e.getMessage()), mayPass(e)));
            }
            object = now.get();
          }
        }
      }
    }
    last.accept(object);
    return Optional.of(
        new Failure("others keep changing " + resource.kind() + " " + ObjectKey.of(object), true));
  }

  /**
   * Makes an object, unless it is there, and changes it.
   *
   * @param wanted as it is to be made
   * @param next the step that it needs
   * @param last hears of how the object is in the end, unless it is gone
   * @throws InterruptedException it was stopped; nobody needs to be told any more
   */
  <T extends HasMetadata> Optional<Failure> make(
      Resource<T> resource, T wanted, Function<T, Step> next, Consumer<T> last)
      throws InterruptedException {
    try {
      return change(resource, client.create(resource, wanted), next, last);
    } catch (ApiException e) {
      var there = read(resource, ObjectKey.of(wanted));
      if (e.reason() == Reason.ALREADY_EXISTS && there.isPresent()) {
        return change(resource, there.get(), next, last);
      }
      there.ifPresent(last);
      return Optional.of(new Failure(String.valueOf(e.getMessage()), mayPass(e)));
    }
  }

  /** The object as it is, however long that takes; none where it is gone. */
  <T extends HasMetadata> Optional<T> read(Resource<T> resource, ObjectKey key)
      throws InterruptedException {
    for (var pause = PAUSE; ; pause = longer(pause)) {
      try {
        return client.get(resource, key);
      } catch (ApiException e) {
        if (!mayPass(e)) {
          LOG.error("{} {} can't be read: {}", resource.kind(), key, e.getMessage());
          return Optional.empty();
        }
        Thread.sleep(pause);
      }
    }
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : twice;
  }

  private static boolean mayPass(ApiException e) {
    return switch (e.reason()) {
      case TOO_MANY_REQUESTS, INTERNAL_ERROR, SERVICE_UNAVAILABLE, TIMEOUT, UNKNOWN -> true;
      default -> false;
    };
  }
}
