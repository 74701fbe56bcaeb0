package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.translate.VolumeTranslation;
import dev.nauarch.scheduling.volume.VolumeEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.Function;

/** What the scheduler follows of storage. */
final class VolumeFeed {

  private VolumeFeed() {}

  /** Follows claims, volumes, classes, and what drivers say. */
  static void follow(Feed<SchedulerEvent> feed) {
    follow(
        feed,
        Resources.PERSISTENT_VOLUME_CLAIMS,
        VolumeTranslation::of,
        claim -> new VolumeEvent.ClaimGone(ObjectKey.of(claim)));
    follow(
        feed,
        Resources.PERSISTENT_VOLUMES,
        VolumeTranslation::of,
        volume -> new VolumeEvent.VolumeGone(volume.getMetadata().getName()));
    follow(
        feed,
        Resources.STORAGE_CLASSES,
        VolumeTranslation::of,
        one -> new VolumeEvent.ClassGone(one.getMetadata().getName()));
    follow(
        feed,
        Resources.CSI_DRIVERS,
        VolumeTranslation::of,
        driver -> new VolumeEvent.DriverGone(driver.getMetadata().getName()));
    follow(
        feed,
        Resources.CSI_STORAGE_CAPACITIES,
        VolumeTranslation::of,
        capacity -> new VolumeEvent.CapacityGone(ObjectKey.of(capacity)));
    follow(
        feed,
        Resources.CSI_NODES,
        VolumeTranslation::of,
        node -> new VolumeEvent.NodeDriversGone(node.getMetadata().getName()));
    follow(
        feed,
        Resources.VOLUME_ATTACHMENTS,
        VolumeTranslation::of,
        one -> new VolumeEvent.AttachmentGone(one.getMetadata().getName()));
  }

  private static <T extends HasMetadata> void follow(
      Feed<SchedulerEvent> feed,
      Resource<T> resource,
      Function<T, VolumeEvent> seen,
      Function<T, VolumeEvent> gone) {
    feed.followIfServed(
        resource,
        object -> new SchedulerEvent.ForVolumes(seen.apply(object)),
        object -> new SchedulerEvent.ForVolumes(gone.apply(object)));
  }
}
