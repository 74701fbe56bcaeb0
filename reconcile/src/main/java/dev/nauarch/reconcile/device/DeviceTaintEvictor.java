package dev.nauarch.reconcile.device;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.node.PodStopper;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks pods to stop that have devices with a taint of the effect {@code NoExecute} which their
 * claims don't tolerate, or no longer (KEP-5055). Before the first pod stops for a rule, the rule's
 * status says so.
 */
public final class DeviceTaintEvictor implements Reconciler {

  private final boolean hasRules;

  /**
   * @param hasRules whether the cluster serves rules that taint devices
   */
  public DeviceTaintEvictor(boolean hasRules) {
    this.hasRules = hasRules;
  }

  @Override
  public String name() {
    return "device-taint-eviction-controller";
  }

  @Override
  public List<Trigger> triggers() {
    var triggers = new ArrayList<Trigger>();
    triggers.add(Trigger.self(Resources.RESOURCE_CLAIMS));
    triggers.add(new Trigger.Of<>(Resources.PODS, (pod, world) -> ClaimUsers.claimsOf(pod)));
    triggers.add(new Trigger.Of<>(Resources.RESOURCE_SLICES, DeviceTaintEvictor::claimsOf));
    if (hasRules) {
      triggers.add(new Trigger.Of<>(Resources.DEVICE_TAINT_RULES, DeviceTaintEvictor::claimsOf));
    }
    return triggers;
  }

  private static List<ObjectKey> claimsOf(ResourceSlice slice, Snapshot world) {
    var spec = slice.getSpec();
    var pool = DeviceTaints.pool(spec.getDriver(), spec.getPool().getName());
    return world.lookup(DeviceTaints.CLAIMS_BY_POOL, pool).stream().map(ObjectKey::of).toList();
  }

  private static List<ObjectKey> claimsOf(DeviceTaintRule rule, Snapshot world) {
    return world.list(Resources.RESOURCE_CLAIMS).stream()
        .filter(claim -> isAbout(rule, claim))
        .map(ObjectKey::of)
        .toList();
  }

  private static boolean isAbout(DeviceTaintRule rule, ResourceClaim claim) {
    return DeviceTaints.devices(claim).stream()
        .anyMatch(device -> DeviceTaints.selects(rule, device));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    var rules = hasRules ? world.list(Resources.DEVICE_TAINT_RULES) : List.<DeviceTaintRule>of();
    var taints = new DeviceTaints(world, rules);
    world
        .get(Resources.RESOURCE_CLAIMS, key)
        .flatMap(claim -> taints.eviction(claim).map(found -> new Due(claim, found)))
        .ifPresent(due -> evict(draft, due, world, now));
    return draft.plan();
  }

  private record Due(ResourceClaim claim, DeviceTaints.Eviction eviction) {}

  private static void evict(PlanDraft draft, Due due, Snapshot world, Instant now) {
    var pods =
        ClaimUsers.running(due.claim, world).stream().filter(pod -> !PodStop.isAsked(pod)).toList();
    if (pods.isEmpty()) {
      return;
    }
    if (due.eviction.due().isAfter(now)) {
      draft.wakeAt(due.eviction.due());
      return;
    }
    due.eviction.rules().forEach(rule -> DeviceTaintReport.announce(draft, rule, world, now));
    for (var pod : pods) {
      PodStopper.ask(draft, pod, "DeletionByDeviceTaintManager", due.eviction.why(), now);
      draft.normal(
          pod,
          "DeviceTaintManagerEviction",
          "Evicting pod "
              + pod.getMetadata().getNamespace()
              + "/"
              + pod.getMetadata().getName()
              + ": "
              + due.eviction.why());
    }
  }
}
