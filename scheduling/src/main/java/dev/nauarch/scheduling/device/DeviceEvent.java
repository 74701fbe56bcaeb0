package dev.nauarch.scheduling.device;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.SharedClaims;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.util.List;

/** What the scheduler is told of devices. */
public sealed interface DeviceEvent {

  /** A slice is there or has changed. */
  record SliceSeen(ResourceSlice slice) implements DeviceEvent {}

  /** A slice is gone. */
  record SliceGone(String name) implements DeviceEvent {}

  /** A class is there or has changed. */
  record ClassSeen(DeviceClass deviceClass) implements DeviceEvent {}

  /** A class is gone. */
  record ClassGone(String name) implements DeviceEvent {}

  /** A rule that taints devices is there or has changed. */
  record RuleSeen(DeviceTaintRule rule) implements DeviceEvent {}

  /** A rule that tainted devices is gone. */
  record RuleGone(String name) implements DeviceEvent {}

  /** A PodGroup is there or has changed. */
  record GroupSeen(SharedClaims group) implements DeviceEvent {}

  /** A PodGroup is gone. */
  record GroupGone(ObjectKey key) implements DeviceEvent {}

  /** A claim is there or has changed. */
  record ClaimSeen(ResourceClaim claim) implements DeviceEvent {}

  /** A claim is gone. */
  record ClaimGone(ObjectKey key) implements DeviceEvent {}

  /** A claim could not be asked to give its devices back. */
  record NotDeallocated(ObjectKey key) implements DeviceEvent {}

  /**
   * The claims of a pod were written, or could not be.
   *
   * @param pod the pod
   * @param uid which pod of that name
   * @param wrote which claims it was about
   * @param claims as they are now, each that is still there
   * @param failure why it is not as it was to be; empty for done
   * @param mayPass whether the same may work a moment later
   */
  record Written(
      ObjectKey pod,
      String uid,
      List<ObjectKey> wrote,
      List<ResourceClaim> claims,
      String failure,
      boolean mayPass)
      implements DeviceEvent {}
}
