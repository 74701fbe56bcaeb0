package dev.nauarch.reconcile.storage;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.List;

/** Makes the claims of pods that ask for volumes of their own, which go with the pod. */
public final class EphemeralClaims implements Reconciler {

  private static final String FAILED = "FailedBinding";

  @Override
  public String name() {
    return "ephemeral-volume-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) ->
                pod.getSpec().getVolumes().stream().anyMatch(each -> each.getEphemeral() != null)
                    ? List.of(ObjectKey.of(pod))
                    : List.of()),
        new Trigger.Of<>(
            Resources.PERSISTENT_VOLUME_CLAIMS,
            (claim, world) ->
                world.lookup(Index.PODS_BY_CLAIM, ObjectKey.of(claim).toString()).stream()
                    .map(ObjectKey::of)
                    .toList()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PODS, key);
    if (found.isEmpty() || Pods.isTerminating(found.get())) {
      return Plan.NOTHING;
    }
    var pod = found.get();
    var draft = new PlanDraft();
    for (var volume : pod.getSpec().getVolumes()) {
      if (volume.getEphemeral() != null) {
        var claim = new ObjectKey(key.namespace(), name(pod, volume));
        var there = world.get(Resources.PERSISTENT_VOLUME_CLAIMS, claim);
        if (there.isEmpty()) {
          draft.create(Resources.PERSISTENT_VOLUME_CLAIMS, claim(pod, volume));
        } else if (!Owners.isControlledBy(there.get(), pod)) {
          draft.warning(
              pod,
              FAILED,
              "ephemeral volume %s: PVC %s was not created for pod %s (pod is not owner)"
                  .formatted(volume.getName(), claim, key));
        }
      }
    }
    return draft.plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    if (command instanceof Command.Create<?>(_, var claim)) {
      var name = claim.getMetadata().getName();
      var volume = name.substring(Math.min(name.length(), key.name().length() + 1));
      world
          .get(Resources.PODS, key)
          .ifPresent(
              pod ->
                  draft.warning(
                      pod,
                      FAILED,
                      "ephemeral volume " + volume + ": create PVC " + name + ": " + why));
    }
    return draft.plan();
  }

  private static String name(Pod pod, Volume volume) {
    return pod.getMetadata().getName() + "-" + volume.getName();
  }

  private static PersistentVolumeClaim claim(Pod pod, Volume volume) {
    var template = volume.getEphemeral().getVolumeClaimTemplate();
    var metadata = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(name(pod, volume))
        .withLabels(metadata.getLabels())
        .withAnnotations(metadata.getAnnotations())
        .withOwnerReferences(Owners.controller(pod))
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }
}
