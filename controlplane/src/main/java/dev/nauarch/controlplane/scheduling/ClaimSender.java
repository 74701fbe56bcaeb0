package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.scheduling.device.ClaimWrite;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.translate.ClaimSteps;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was decided for claims of devices. Whatever comes of it, it tells how the claims are
 * afterwards: the scheduler must not believe a device to be free that was given away after all.
 */
final class ClaimSender {

  private static final Logger LOG = LoggerFactory.getLogger(ClaimSender.class);
  private static final int STEPS_MAX = 16;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final ClusterClient client;

  ClaimSender(ClusterClient client) {
    this.client = client;
  }

  /** Why a claim is not as it was to be. */
  private record Failure(String why, boolean mayPass) {}

  /**
   * Writes the claims of one pod.
   *
   * @throws InterruptedException it was stopped; nobody needs to be told any more
   */
  DeviceEvent.Written write(DeviceCommand.WriteClaims wanted) throws InterruptedException {
    var written = new ArrayList<ResourceClaim>();
    Optional<Failure> failure = Optional.empty();
    for (var write : wanted.writes()) {
      if (failure.isEmpty()) {
        failure = write(write, written);
      }
    }
    failure.ifPresent(
        each -> LOG.debug("the claims of pod {} were not written: {}", wanted.pod(), each.why));
    return new DeviceEvent.Written(
        wanted.pod(),
        wanted.uid(),
        wanted.writes().stream().map(write -> ObjectKey.of(write.claim())).toList(),
        written,
        failure.map(Failure::why).orElse(""),
        failure.map(Failure::mayPass).orElse(false));
  }

  private Optional<Failure> write(ClaimWrite write, List<ResourceClaim> written)
      throws InterruptedException {
    var claim = write.claim();
    for (int i = 0; i < STEPS_MAX; i++) {
      switch (ClaimSteps.next(write, claim)) {
        case ClaimSteps.Step.Done() -> {
          written.add(claim);
          return Optional.empty();
        }
        case ClaimSteps.Step.Overtaken(var why) -> {
          written.add(claim);
          return Optional.of(new Failure(why, false));
        }
        case ClaimSteps.Step.Change(var request) -> {
          var patch = new Patch(Patch.Type.MERGE, request.subresource(), request.body(), "", false);
          try {
            claim = client.patch(Resources.RESOURCE_CLAIMS, request.key(), patch);
          } catch (ApiException e) {
            var now = read(request.key());
            if (e.reason() != Reason.CONFLICT || now.isEmpty()) {
              now.ifPresent(written::add);
              return Optional.of(new Failure(String.valueOf(e.getMessage()), mayPass(e)));
            }
            claim = now.get();
          }
        }
      }
    }
    written.add(claim);
    return Optional.of(new Failure("others keep changing the claim", true));
  }

  /** The claim as it is, however long that takes; none where it is gone. */
  private Optional<ResourceClaim> read(ObjectKey key) throws InterruptedException {
    for (var pause = PAUSE; ; pause = longer(pause)) {
      try {
        return client.get(Resources.RESOURCE_CLAIMS, key);
      } catch (ApiException e) {
        if (!mayPass(e)) {
          LOG.error("claim {} can't be read: {}", key, e.getMessage());
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
