package dev.nauarch.reconcile.quota;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.PodCounting;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what is used of quotas: gives back what has gone or was charged and never made, and puts
 * the limits that are asked for in force once it has counted.
 *
 * <p>A write is charged before it is made, so what is charged and can't be seen may be on its way.
 * It is given back at once where everything that was charged has been seen since the last charge:
 * then what is missing now has gone. Otherwise it is given back when so long a time has passed that
 * it would have come. That a quota's charges were all seen is remembered; forgetting it costs that
 * time and nothing else.
 */
public final class QuotaReconciler implements Reconciler {

  /** Longer than an admitted write takes to be stored and seen, by far. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Since when a quota is as it is, and whether all that is charged to it was seen. */
  private record Seen(String version, Instant since, boolean isComplete) {}

  private final Map<ObjectKey, Seen> seenByQuota = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "resourcequota-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.RESOURCE_QUOTAS),
        new Trigger.Of<>(Resources.PODS, QuotaReconciler::quotasBeside),
        new Trigger.Of<>(Resources.SERVICES, QuotaReconciler::quotasBeside),
        new Trigger.Of<>(Resources.PERSISTENT_VOLUME_CLAIMS, QuotaReconciler::quotasBeside),
        new Trigger.OfAny((kind, object, isGone, world) -> quotasBeside(object, world)));
  }

  private static List<ObjectKey> quotasBeside(HasMetadata object, Snapshot world) {
    var namespace = object.getMetadata().getNamespace();
    return namespace == null
        ? List.of()
        : world.list(Resources.RESOURCE_QUOTAS, namespace).stream().map(ObjectKey::of).toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.RESOURCE_QUOTAS, key);
    if (found.isEmpty()) {
      seenByQuota.remove(key);
      return Plan.NOTHING;
    }
    var quota = found.get();
    var draft = new PlanDraft();
    var status = quota.getStatus();
    var noted = Amounts.of(status == null ? null : status.getUsed());
    var inForce = Amounts.of(status == null ? null : status.getHard());
    var hard = Amounts.of(quota.getSpec().getHard());
    var counted = QuotaUsage.of(quota, world, now).sum(hard.names());
    var seen = seen(key, quota, noted, counted, now);
    // Of what nobody counts, the last that is known stays.
    var used = noted.overlaidBy(counted).only(hard.names());
    if (!noted.above(counted).only(counted.names()).names().isEmpty() && !isSure(seen, now)) {
      used = used.overlaidBy(noted.max(counted).only(counted.names()));
      draft.wakeAt(seen.since.plus(PATIENCE));
    }
    if (!used.isSameAs(noted) || !hard.isSameAs(inForce)) {
      var fresh =
          new ResourceQuotaStatusBuilder()
              .withHard(hard.quantities())
              .withUsed(used.quantities())
              .build();
      draft.updateStatus(Resources.RESOURCE_QUOTAS, quota.edit().withStatus(fresh).build());
    }
    nextEnd(key.namespace(), world, now).ifPresent(draft::wakeAt);
    return draft.plan();
  }

  private Seen seen(
      ObjectKey key, ResourceQuota quota, Amounts noted, Amounts counted, Instant now) {
    var version = quota.getMetadata().getResourceVersion();
    boolean isComplete = noted.only(counted.names()).above(counted).names().isEmpty();
    return seenByQuota.merge(
        key,
        new Seen(version, now, isComplete),
        (before, fresh) ->
            before.version.equals(version)
                ? new Seen(version, before.since, before.isComplete || isComplete)
                : fresh);
  }

  private static boolean isSure(Seen seen, Instant now) {
    return seen.isComplete || !now.isBefore(seen.since.plus(PATIENCE));
  }

  /** When the next pod that is being deleted stops to count although it is still there. */
  private static Optional<Instant> nextEnd(String namespace, Snapshot world, Instant now) {
    return world.list(Resources.PODS, namespace).stream()
        .flatMap(pod -> PodCounting.endOf(pod).stream())
        .filter(end -> !end.isBefore(now))
        .map(end -> end.plusMillis(1))
        .min(Instant::compareTo);
  }
}
