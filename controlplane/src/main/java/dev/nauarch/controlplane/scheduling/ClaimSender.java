package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.translate.ClaimSteps;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.ArrayList;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was decided for claims of devices, and tells how the claims are afterwards. */
final class ClaimSender {

  private static final Logger LOG = LoggerFactory.getLogger(ClaimSender.class);

  private final StepSender sender;

  ClaimSender(StepSender sender) {
    this.sender = sender;
  }

  /**
   * Writes the claims of one pod.
   *
   * @throws InterruptedException it was stopped; nobody needs to be told any more
   */
  DeviceEvent.Written write(DeviceCommand.WriteClaims wanted) throws InterruptedException {
    var written = new ArrayList<ResourceClaim>();
    Optional<StepSender.Failure> failure = Optional.empty();
    for (var write : wanted.writes()) {
      if (failure.isEmpty()) {
        failure =
            sender.change(
                Resources.RESOURCE_CLAIMS,
                write.claim(),
                claim -> ClaimSteps.next(write, claim),
                written::add);
      }
    }
    failure.ifPresent(
        each -> LOG.debug("the claims of pod {} were not written: {}", wanted.pod(), each.why()));
    return new DeviceEvent.Written(
        wanted.pod(),
        wanted.uid(),
        wanted.writes().stream().map(write -> ObjectKey.of(write.claim())).toList(),
        written,
        failure.map(StepSender.Failure::why).orElse(""),
        failure.map(StepSender.Failure::mayPass).orElse(false));
  }
}
