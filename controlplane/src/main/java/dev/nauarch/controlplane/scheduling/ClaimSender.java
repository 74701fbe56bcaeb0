package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.device.ClaimWrite;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.translate.ClaimSteps;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was decided for claims of devices, and tells how the claims are afterwards. */
final class ClaimSender {

  private static final Logger LOG = LoggerFactory.getLogger(ClaimSender.class);

  private final StepSender sender;
  private final RequestSender requests;

  ClaimSender(StepSender sender, RequestSender requests) {
    this.sender = sender;
    this.requests = requests;
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
        failure = write(write, written::add);
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

  private Optional<StepSender.Failure> write(ClaimWrite write, Consumer<ResourceClaim> written)
      throws InterruptedException {
    Function<ResourceClaim, ClaimSteps.Step> next = claim -> ClaimSteps.next(write, claim);
    var failure =
        write.isNew()
            ? sender.make(Resources.RESOURCE_CLAIMS, write.claim(), next, written)
            : sender.change(Resources.RESOURCE_CLAIMS, write.claim(), next, written);
    return failure.isPresent() || write.mappings().isEmpty()
        ? failure
        : requests.trySend(ClaimSteps.note(write)).map(why -> new StepSender.Failure(why, true));
  }

  /** Takes back what an earlier decision has left of a pod's extended resources. */
  void withdraw(DeviceCommand.Withdraw withdraw) {
    for (var request : ClaimSteps.withdraw(withdraw)) {
      var refusal = requests.trySend(request);
      if (refusal.isPresent()) {
        LOG.debug("the claim of pod {} was not withdrawn: {}", withdraw.pod(), refusal.get());
        return;
      }
    }
  }
}
