package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.translate.GangTranslation;
import dev.nauarch.scheduling.translate.SharedClaimsTranslation;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.util.List;

/** What the scheduler follows of PodGroups: gangs, and the claims that their pods share. */
final class GangFeed {

  private GangFeed() {}

  /** Follows groups, where they are served. */
  static void follow(Feed<SchedulerEvent> feed) {
    feed.followAllIfServed(Resources.POD_GROUPS, GangFeed::seen, GangFeed::gone);
  }

  /** The claims come first: a gang may be decided for once it is known. */
  private static List<SchedulerEvent> seen(PodGroup group) {
    return List.of(
        new SchedulerEvent.ForDevices(new DeviceEvent.GroupSeen(SharedClaimsTranslation.of(group))),
        new SchedulerEvent.GangSeen(GangTranslation.of(group)));
  }

  private static List<SchedulerEvent> gone(PodGroup group) {
    var key = ObjectKey.of(group);
    return List.of(
        new SchedulerEvent.ForDevices(new DeviceEvent.GroupGone(key)),
        new SchedulerEvent.GangGone(key));
  }
}
