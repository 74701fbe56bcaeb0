package dev.nauarch.reconcile.device;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Says of each rule that taints devices how many pods must stop for it, or would if it had that
 * effect (KEP-5055). Says it at once where the rule has changed, and every ten seconds at most
 * where pods have.
 */
public final class DeviceTaintRuleReporter implements Reconciler {

  private static final Duration PAUSE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "device-taint-rule-status-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.DEVICE_TAINT_RULES),
        new Trigger.Of<>(
            Resources.RESOURCE_CLAIMS, (claim, world) -> rules(Stream.of(claim), world)),
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) -> {
              var claims = ClaimUsers.claimsOf(pod);
              return claims.isEmpty() ? List.of() : rules(claims(claims, world), world);
            }),
        new Trigger.Of<>(
            Resources.RESOURCE_SLICES,
            (slice, world) ->
                world.list(Resources.DEVICE_TAINT_RULES).stream().map(ObjectKey::of).toList()));
  }

  private static Stream<ResourceClaim> claims(List<ObjectKey> keys, Snapshot world) {
    return keys.stream().flatMap(key -> world.get(Resources.RESOURCE_CLAIMS, key).stream());
  }

  private static List<ObjectKey> rules(Stream<ResourceClaim> claims, Snapshot world) {
    var devices = claims.flatMap(claim -> DeviceTaints.devices(claim).stream()).toList();
    return devices.isEmpty()
        ? List.of()
        : world.list(Resources.DEVICE_TAINT_RULES).stream()
            .filter(rule -> devices.stream().anyMatch(device -> DeviceTaints.selects(rule, device)))
            .map(ObjectKey::of)
            .toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world
        .get(Resources.DEVICE_TAINT_RULES, key)
        .filter(rule -> rule.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(rule -> report(draft, rule, world, now));
    return draft.plan();
  }

  private static void report(PlanDraft draft, DeviceTaintRule rule, Snapshot world, Instant now) {
    var next =
        DeviceTaintReport.present(rule)
            .filter(condition -> DeviceTaintReport.isOfThisGeneration(condition, rule))
            .map(condition -> Times.parse(condition.getLastTransitionTime()).plus(PAUSE))
            .filter(at -> at.isAfter(now));
    if (next.isPresent()) {
      draft.wakeAt(next.get());
    } else {
      DeviceTaintReport.write(draft, rule, world, now);
    }
  }
}
