package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupResourceClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the claims that PodGroups want made of templates (KEP-5729), and notes in the group's
 * status which they are. They go with the group.
 */
public final class GroupClaimReconciler implements Reconciler {

  private static final Index<PodGroup> GROUPS_BY_TEMPLATE =
      new Index<>(
          Resources.POD_GROUPS,
          "device claim template",
          group ->
              entries(group).stream()
                  .map(entry -> orEmpty(entry.getResourceClaimTemplateName()))
                  .filter(template -> !template.isEmpty())
                  .map(template -> ClaimMaker.inNamespaceOf(group, template).toString())
                  .toList());

  @Override
  public String name() {
    return "podgroup-resourceclaim-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.POD_GROUPS),
        new Trigger.Of<>(
            Resources.RESOURCE_CLAIM_TEMPLATES,
            (template, world) ->
                world.lookup(GROUPS_BY_TEMPLATE, ObjectKey.of(template).toString()).stream()
                    .map(ObjectKey::of)
                    .toList()),
        Trigger.child(Resources.RESOURCE_CLAIMS, Resources.POD_GROUPS));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world
        .get(Resources.POD_GROUPS, key)
        .filter(group -> group.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(group -> make(draft, group, world));
    return draft.plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world
        .get(Resources.POD_GROUPS, key)
        .ifPresent(group -> ClaimMaker.refused(draft, group, command, why));
    return draft.plan();
  }

  private static List<PodGroupResourceClaim> entries(PodGroup group) {
    return group.getSpec() == null ? List.of() : group.getSpec().getResourceClaims();
  }

  private static void make(PlanDraft draft, PodGroup group, Snapshot world) {
    var statuses = new ArrayList<Map<String, Object>>();
    var isNews = false;
    for (var entry : entries(group)) {
      var template = orEmpty(entry.getResourceClaimTemplateName());
      if (template.isEmpty()) {
        continue;
      }
      var noted = DeviceClaims.claimOf(group, entry);
      var claim = noted;
      if (noted.isEmpty() || ClaimMaker.isLost(group, noted, world)) {
        claim = ClaimMaker.make(draft, group, entry.getName(), template, world).orElse(noted);
      }
      isNews |= !claim.equals(noted);
      if (!claim.isEmpty()) {
        statuses.add(ClaimMaker.status(entry.getName(), claim));
      }
    }
    if (isNews) {
      ClaimMaker.note(draft, Resources.POD_GROUPS, group, statuses);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
