package dev.nauarch.reconcile.stateful;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The volume claims of a set's places, and who owns them, so that they go when they should. */
final class PlaceClaims {

  private static final String DELETE = "Delete";

  private final StatefulSet set;
  private final Ordinals ordinals;
  private final Snapshot world;

  PlaceClaims(StatefulSet set, Ordinals ordinals, Snapshot world) {
    this.set = set;
    this.ordinals = ordinals;
    this.world = world;
  }

  /** The name of a place's claim. */
  static String name(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
    return template.getMetadata().getName() + "-" + Ordinals.podName(set, ordinal);
  }

  /** The pod of the place that a claim is for; empty where it is none of the set's. */
  static Optional<String> podOf(StatefulSet set, String claim) {
    return set.getSpec().getVolumeClaimTemplates().stream()
        .map(template -> template.getMetadata().getName() + "-")
        .filter(claim::startsWith)
        .map(prefix -> claim.substring(prefix.length()))
        .filter(pod -> Ordinals.of(set, pod).isPresent())
        .findFirst();
  }

  /** The claims of a place that are not there. */
  List<PersistentVolumeClaim> missing(int ordinal) {
    var missing = new ArrayList<PersistentVolumeClaim>();
    for (var template : set.getSpec().getVolumeClaimTemplates()) {
      if (find(template, ordinal).isEmpty()) {
        missing.add(claim(template, ordinal));
      }
    }
    return missing;
  }

  /** The claims of a place that are there. */
  List<PersistentVolumeClaim> present(int ordinal) {
    return set.getSpec().getVolumeClaimTemplates().stream()
        .flatMap(template -> find(template, ordinal).stream())
        .toList();
  }

  private Optional<PersistentVolumeClaim> find(PersistentVolumeClaim template, int ordinal) {
    var key = new ObjectKey(set.getMetadata().getNamespace(), name(set, template, ordinal));
    return world.get(Resources.PERSISTENT_VOLUME_CLAIMS, key);
  }

  private PersistentVolumeClaim claim(PersistentVolumeClaim template, int ordinal) {
    var owners = new ArrayList<OwnerReference>();
    owner(ordinal, Optional.empty()).ifPresent(owner -> owners.add(Owners.controller(owner)));
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(set.getMetadata().getNamespace())
        .withName(name(set, template, ordinal))
        .withLabels(template.getMetadata().getLabels())
        .addToLabels(set.getSpec().getSelector().getMatchLabels())
        .withAnnotations(template.getMetadata().getAnnotations())
        .withFinalizers(template.getMetadata().getFinalizers())
        .withOwnerReferences(owners)
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }

  /**
   * Whether a claim is about to go with an earlier pod of the place, so that the next pod must wait
   * for a new one.
   */
  boolean isStale(PersistentVolumeClaim claim, int ordinal) {
    return goWhenScaled() && refersToOther(claim, "v1", "Pod", Ordinals.podName(set, ordinal), "");
  }

  private boolean goWhenScaled() {
    var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
    return policy != null && DELETE.equals(policy.getWhenScaled());
  }

  private boolean goWhenDeleted() {
    var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
    return policy != null && DELETE.equals(policy.getWhenDeleted());
  }

  /** Whose end is the end of a place's claims. */
  private Optional<HasMetadata> owner(int ordinal, Optional<Pod> pod) {
    if (goWhenScaled() && !ordinals.contains(ordinal)) {
      return pod.map(HasMetadata.class::cast);
    }
    return goWhenDeleted() ? Optional.of(set) : Optional.empty();
  }

  /** Whether somebody else is in charge of a claim that would have to go with its set or pod. */
  boolean isContested(PersistentVolumeClaim claim, int ordinal, Optional<Pod> pod) {
    if (!goWhenScaled() && !goWhenDeleted()) {
      return false;
    }
    return refersToOther(claim, ordinal, pod)
        || claim.getMetadata().getOwnerReferences().stream()
            .anyMatch(
                reference ->
                    Boolean.TRUE.equals(reference.getController()) && !isOurs(reference, ordinal));
  }

  /** The owners that a claim should have; empty where it has them, or where they are unclear. */
  Optional<List<OwnerReference>> owners(
      PersistentVolumeClaim claim, int ordinal, Optional<Pod> pod) {
    if (refersToOther(claim, ordinal, pod)) {
      // Of a set or a pod of before: whoever orphaned it may have meant to.
      return Optional.empty();
    }
    var now = claim.getMetadata().getOwnerReferences();
    var wanted = new ArrayList<OwnerReference>();
    now.stream().filter(reference -> !isOurs(reference, ordinal)).forEach(wanted::add);
    if (!isContested(claim, ordinal, pod)) {
      owner(ordinal, pod).ifPresent(owner -> wanted.add(Owners.controller(owner)));
    }
    var isRight =
        now.size() == wanted.size()
            && wanted.stream().allMatch(each -> now.stream().anyMatch(own -> isSame(own, each)));
    return isRight ? Optional.empty() : Optional.of(wanted);
  }

  private static boolean isSame(OwnerReference one, OwnerReference other) {
    return one.getUid().equals(other.getUid())
        && Boolean.TRUE.equals(one.getController()) == Boolean.TRUE.equals(other.getController());
  }

  private boolean isOurs(OwnerReference reference, int ordinal) {
    return names(reference, set.getApiVersion(), set.getKind(), set.getMetadata().getName())
        || names(reference, "v1", "Pod", Ordinals.podName(set, ordinal));
  }

  private boolean refersToOther(PersistentVolumeClaim claim, int ordinal, Optional<Pod> pod) {
    var metadata = set.getMetadata();
    return refersToOther(
            claim, set.getApiVersion(), set.getKind(), metadata.getName(), metadata.getUid())
        || refersToOther(
            claim,
            "v1",
            "Pod",
            Ordinals.podName(set, ordinal),
            pod.map(each -> each.getMetadata().getUid()).orElse(""));
  }

  /** Whether a claim names an owner of this name that is not this very one. */
  private static boolean refersToOther(
      PersistentVolumeClaim claim, String apiVersion, String kind, String name, String uid) {
    return claim.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            reference ->
                names(reference, apiVersion, kind, name) && !reference.getUid().equals(uid));
  }

  private static boolean names(
      OwnerReference reference, String apiVersion, String kind, String name) {
    return apiVersion.equals(reference.getApiVersion())
        && kind.equals(reference.getKind())
        && name.equals(reference.getName());
  }
}
