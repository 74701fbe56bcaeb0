package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.controlplane.scheduling.StepSender.Failure;
import dev.nauarch.scheduling.translate.ClaimSteps.Step;
import dev.nauarch.scheduling.translate.VolumeSteps;
import dev.nauarch.scheduling.volume.VolumeCommand;
import dev.nauarch.scheduling.volume.VolumeEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes which volumes were chosen for claims, and tells how claims and volumes are afterwards. */
final class VolumeSender implements VolumeSteps.Steps<Optional<Failure>, InterruptedException> {

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
        failure = VolumeSteps.take(write, this, facts::add);
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

  @Override
  public <T extends HasMetadata> Optional<Failure> change(
      Resource<T> resource, ObjectKey key, Function<T, Step> next, Consumer<T> last)
      throws InterruptedException {
    var now = sender.read(resource, key);
    return now.isEmpty()
        ? Optional.of(new Failure(resource.kind() + " " + key + " is gone", false))
        : sender.change(resource, now.get(), next, last);
  }
}
