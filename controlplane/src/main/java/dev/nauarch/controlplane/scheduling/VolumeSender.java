package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.controlplane.scheduling.StepSender.Failure;
import dev.nauarch.scheduling.translate.ClaimSteps.Step;
import dev.nauarch.scheduling.translate.VolumeSteps;
import dev.nauarch.scheduling.translate.VolumeTranslation;
import dev.nauarch.scheduling.volume.VolumeCommand;
import dev.nauarch.scheduling.volume.VolumeEvent;
import dev.nauarch.scheduling.volume.VolumeWrite;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes which volumes were chosen for claims, and tells how claims and volumes are afterwards. */
final class VolumeSender {

  private static final Logger LOG = LoggerFactory.getLogger(VolumeSender.class);

  private final StepSender sender;

  VolumeSender(StepSender sender) {
    this.sender = sender;
  }

  /**
   * Writes what was chosen for the claims of one pod.
   *
   * @throws InterruptedException it was stopped; nobody needs to be told any more
   */
  VolumeEvent.Written write(VolumeCommand wanted) throws InterruptedException {
    var facts = new ArrayList<VolumeEvent>();
    Optional<Failure> failure = Optional.empty();
    for (var write : wanted.writes()) {
      if (failure.isEmpty()) {
        failure = write(write, facts);
      }
    }
    failure.ifPresent(
        each -> LOG.debug("the volumes of pod {} were not written: {}", wanted.pod(), each.why()));
    return new VolumeEvent.Written(
        wanted.pod(),
        wanted.uid(),
        wanted.writes(),
        facts,
        failure.map(Failure::why).orElse(""),
        failure.map(Failure::mayPass).orElse(false));
  }

  private Optional<Failure> write(VolumeWrite write, List<VolumeEvent> facts)
      throws InterruptedException {
    return switch (write) {
      case VolumeWrite.Keep keep ->
          change(
              Resources.PERSISTENT_VOLUMES,
              new ObjectKey("", keep.volume()),
              volume -> VolumeSteps.next(keep, volume),
              volume -> facts.add(VolumeTranslation.of(volume)));
      case VolumeWrite.Select select ->
          change(
              Resources.PERSISTENT_VOLUME_CLAIMS,
              select.claim(),
              claim -> VolumeSteps.next(select, claim),
              claim -> facts.add(VolumeTranslation.of(claim)));
    };
  }

  private <T extends HasMetadata> Optional<Failure> change(
      Resource<T> resource, ObjectKey key, Function<T, Step> next, Consumer<T> last)
      throws InterruptedException {
    var now = sender.read(resource, key);
    return now.isEmpty()
        ? Optional.of(new Failure(resource.kind() + " " + key + " is gone", false))
        : sender.change(resource, now.get(), next, last);
  }
}
