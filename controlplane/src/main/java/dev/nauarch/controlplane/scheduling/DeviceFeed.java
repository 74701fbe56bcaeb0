package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.device.DeviceEvent;

/** What the scheduler follows of devices. */
final class DeviceFeed {

  private DeviceFeed() {}

  /** Follows slices, classes, taints and claims of devices, as far as they are served. */
  static void follow(Feed<SchedulerEvent> feed) {
    feed.followIfServed(
            Resources.RESOURCE_SLICES,
            slice -> told(new DeviceEvent.SliceSeen(slice)),
            slice -> told(new DeviceEvent.SliceGone(slice.getMetadata().getName())))
        .followIfServed(
            Resources.DEVICE_CLASSES,
            one -> told(new DeviceEvent.ClassSeen(one)),
            one -> told(new DeviceEvent.ClassGone(one.getMetadata().getName())))
        .followIfServed(
            Resources.DEVICE_TAINT_RULES,
            rule -> told(new DeviceEvent.RuleSeen(rule)),
            rule -> told(new DeviceEvent.RuleGone(rule.getMetadata().getName())))
        .followIfServed(
            Resources.RESOURCE_CLAIMS,
            claim -> told(new DeviceEvent.ClaimSeen(claim)),
            claim -> told(new DeviceEvent.ClaimGone(ObjectKey.of(claim))));
  }

  private static SchedulerEvent told(DeviceEvent event) {
    return new SchedulerEvent.ForDevices(event);
  }
}
