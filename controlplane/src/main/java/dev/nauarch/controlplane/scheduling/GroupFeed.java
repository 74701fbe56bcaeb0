package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.GroupState;
import dev.nauarch.scheduling.translate.GroupTranslation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.Function;

/** What tells which pods belong together. */
final class GroupFeed {

  private GroupFeed() {}

  /** Follows it, if there is a profile that spreads pods by it. */
  static void follow(Feed<SchedulerEvent> feed, SchedulerOptions options) {
    if (options.profiles().stream()
        .allMatch(profile -> profile.policy().spread().constraints().isEmpty())) {
      return;
    }
    follow(feed, Resources.SERVICES, GroupTranslation::of);
    follow(feed, Resources.REPLICATION_CONTROLLERS, GroupTranslation::of);
    follow(feed, Resources.REPLICA_SETS, GroupTranslation::of);
    follow(feed, Resources.STATEFUL_SETS, GroupTranslation::of);
  }

  private static <T extends HasMetadata> void follow(
      Feed<SchedulerEvent> feed, Resource<T> resource, Function<T, GroupState> translation) {
    feed.followIfServed(
        resource,
        group -> new SchedulerEvent.GroupSeen(translation.apply(group)),
        group -> new SchedulerEvent.GroupGone(GroupTranslation.ref(group)));
  }
}
