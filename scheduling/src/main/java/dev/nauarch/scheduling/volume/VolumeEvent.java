package dev.nauarch.scheduling.volume;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.VolumeState;
import java.util.List;

/** What the scheduler is told of storage. */
public sealed interface VolumeEvent {

  /**
   * A claim is there or has changed.
   *
   * @param version of what is told; larger for what came later
   */
  record ClaimSeen(ClaimState claim, long version) implements VolumeEvent {}

  /** A claim is gone. */
  record ClaimGone(ObjectKey key) implements VolumeEvent {}

  /**
   * A volume is there or has changed.
   *
   * @param version of what is told; larger for what came later
   */
  record VolumeSeen(VolumeState volume, long version) implements VolumeEvent {}

  /** A volume is gone. */
  record VolumeGone(String name) implements VolumeEvent {}

  /** A class is there or has changed. */
  record ClassSeen(StorageClassState storageClass) implements VolumeEvent {}

  /** A class is gone. */
  record ClassGone(String name) implements VolumeEvent {}

  /**
   * A driver is there or has changed.
   *
   * @param tellsCapacity whether it says how much it can make
   * @param isNeeded whether its volumes are for nodes only that say that they have it
   */
  record DriverSeen(String name, boolean tellsCapacity, boolean isNeeded) implements VolumeEvent {}

  /** A driver is gone. */
  record DriverGone(String name) implements VolumeEvent {}

  /** A driver has said how much it can make somewhere. */
  record CapacitySeen(CapacityState capacity) implements VolumeEvent {}

  /** What a driver has said is void. */
  record CapacityGone(ObjectKey key) implements VolumeEvent {}

  /** A node has said which drivers it has. */
  record NodeDriversSeen(NodeDrivers drivers) implements VolumeEvent {}

  /** A node says no longer which drivers it has. */
  record NodeDriversGone(String node) implements VolumeEvent {}

  /** A volume is attached, or is to be. */
  record AttachmentSeen(AttachmentState attachment) implements VolumeEvent {}

  /** A volume is no longer attached. */
  record AttachmentGone(String name) implements VolumeEvent {}

  /**
   * What was to be written for a pod is written, or could not be.
   *
   * @param pod the pod
   * @param uid which pod of that name
   * @param writes what it was about
   * @param facts the claims and volumes as they are now, each that is still there
   * @param failure why it is not as it was to be; empty for done
   * @param mayPass whether the same may work a moment later
   */
  record Written(
      ObjectKey pod,
      String uid,
      List<VolumeWrite> writes,
      List<VolumeEvent> facts,
      String failure,
      boolean mayPass)
      implements VolumeEvent {}
}
