package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.DeviceClaims.Use;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the claims that pods want made of templates (KEP-4381), and notes in the pod's status which
 * they are. A pod that somebody bound without asking the scheduler gets its claims reserved, where
 * they have devices already.
 */
public final class PodClaimReconciler implements Reconciler {

  /** Pods by each claim that they use, as {@code namespace/claim}. */
  static final Index<Pod> PODS_BY_CLAIM =
      new Index<>(
          Resources.PODS,
          "device claim",
          pod ->
              DeviceClaims.of(pod).stream()
                  .filter(use -> !use.claim().isEmpty())
                  .map(use -> inNamespaceOf(pod, use.claim()).toString())
                  .toList());

  private static final Index<Pod> PODS_BY_TEMPLATE =
      new Index<>(
          Resources.PODS,
          "device claim template",
          pod ->
              DeviceClaims.of(pod).stream()
                  .filter(use -> !use.template().isEmpty())
                  .map(use -> inNamespaceOf(pod, use.template()).toString())
                  .toList());

  private static final int BASE_MAX = 57;

  /** A name that somebody else has taken is left to them, and another is tried. */
  private static final int NAMES_MAX = 16;

  @Override
  public String name() {
    return "resourceclaim-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) ->
                pod.getSpec().getResourceClaims().isEmpty()
                    ? List.of()
                    : List.of(ObjectKey.of(pod))),
        new Trigger.Of<>(
            Resources.RESOURCE_CLAIM_TEMPLATES,
            (template, world) -> keys(world, PODS_BY_TEMPLATE, ObjectKey.of(template))),
        Trigger.child(Resources.RESOURCE_CLAIMS, Resources.PODS),
        new Trigger.Of<>(
            Resources.RESOURCE_CLAIMS,
            (claim, world) -> keys(world, PODS_BY_CLAIM, ObjectKey.of(claim))));
  }

  private static List<ObjectKey> keys(Snapshot world, Index<Pod> index, ObjectKey value) {
    return world.lookup(index, value.toString()).stream().map(ObjectKey::of).toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PODS, key);
    if (found.isEmpty() || !Pods.isActive(found.get())) {
      return Plan.NOTHING;
    }
    var pod = found.get();
    var draft = new PlanDraft();
    var made = new TreeMap<String, String>();
    for (var use : DeviceClaims.of(pod)) {
      if (!use.template().isEmpty() && (use.isMissing() || isLost(pod, use, world))) {
        make(draft, pod, use, world).ifPresent(claim -> made.put(use.entry(), claim));
      }
    }
    if (!made.isEmpty()) {
      note(draft, pod, made);
    } else if (Pods.isBound(pod)) {
      reserve(draft, pod, world);
    }
    return draft.plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    if (command instanceof Command.Create<?> create) {
      var annotations = create.object().getMetadata().getAnnotations();
      world
          .get(Resources.PODS, key)
          .ifPresent(
              pod -> warn(draft, pod, annotations.getOrDefault(DeviceClaims.POD_CLAIM, ""), why));
    }
    return draft.plan();
  }

  /** Whether the claim that was made is gone, or is somebody else's now. */
  private static boolean isLost(Pod pod, Use use, Snapshot world) {
    return !use.claim().isEmpty()
        && world
            .get(Resources.RESOURCE_CLAIMS, inNamespaceOf(pod, use.claim()))
            .filter(claim -> DeviceClaims.isFor(claim, pod))
            .isEmpty();
  }

  /** Makes the claim unless there is one; its name, or none where it can't be made. */
  private static Optional<String> make(PlanDraft draft, Pod pod, Use use, Snapshot world) {
    var there =
        world.ownedBy(Resources.RESOURCE_CLAIMS, pod.getMetadata().getUid()).stream()
            .filter(claim -> DeviceClaims.isFor(claim, pod))
            .filter(claim -> use.entry().equals(entryOf(claim)))
            .findFirst();
    if (there.isPresent()) {
      return there.map(claim -> claim.getMetadata().getName());
    }
    var template =
        world.get(Resources.RESOURCE_CLAIM_TEMPLATES, inNamespaceOf(pod, use.template()));
    if (template.isEmpty()) {
      warn(
          draft,
          pod,
          use.entry(),
          "resource claim template \"%1$s\": resourceclaimtemplate.resource.k8s.io \"%1$s\" not found"
              .formatted(use.template()));
      return Optional.empty();
    }
    for (int attempt = 0; attempt < NAMES_MAX; attempt++) {
      var name = base(pod, use) + Names.suffix(pod.getMetadata().getUid(), use.entry(), attempt);
      if (world.get(Resources.RESOURCE_CLAIMS, inNamespaceOf(pod, name)).isEmpty()) {
        draft.create(Resources.RESOURCE_CLAIMS, claim(pod, use, template.get(), name));
        return Optional.of(name);
      }
    }
    warn(draft, pod, use.entry(), "all names for its claim are taken");
    return Optional.empty();
  }

  private static String entryOf(ResourceClaim claim) {
    var annotations = claim.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(DeviceClaims.POD_CLAIM, "");
  }

  private static void warn(PlanDraft draft, Pod pod, String entry, String why) {
    draft.warning(pod, "FailedResourceClaimCreation", "PodResourceClaim " + entry + ": " + why);
  }

  /** What its name begins with: of pod and entry, and of long ones a part in proportion. */
  private static String base(Pod pod, Use use) {
    var name = pod.getMetadata().getName();
    var length = name.length() + use.entry().length() + 2;
    return length <= BASE_MAX
        ? name + "-" + use.entry() + "-"
        : name.substring(0, name.length() * BASE_MAX / length)
            + "-"
            + use.entry().substring(0, use.entry().length() * BASE_MAX / length)
            + "-";
  }

  private static ResourceClaim claim(
      Pod pod, Use use, ResourceClaimTemplate template, String name) {
    var metadata = template.getSpec().getMetadata();
    var wanted = metadata == null ? new ObjectMeta() : metadata;
    var annotations = new TreeMap<String, String>();
    if (wanted.getAnnotations() != null) {
      annotations.putAll(wanted.getAnnotations());
    }
    annotations.put(DeviceClaims.POD_CLAIM, use.entry());
    return new ResourceClaimBuilder()
        .withNewMetadata()
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(name)
        .withGenerateName(base(pod, use))
        .withLabels(wanted.getLabels())
        .withAnnotations(annotations)
        .withOwnerReferences(
            new OwnerReferenceBuilder(Owners.controller(pod)).withBlockOwnerDeletion(null).build())
        .endMetadata()
        .withSpec(template.getSpec().getSpec())
        .build();
  }

  /** Says in the status of the pod which claims were made; the other entries stay as they are. */
  private static void note(PlanDraft draft, Pod pod, Map<String, String> made) {
    var statuses =
        DeviceClaims.of(pod).stream()
            .filter(use -> !use.template().isEmpty())
            .filter(use -> use.isSettled() || made.containsKey(use.entry()))
            .map(use -> status(use, made.getOrDefault(use.entry(), use.claim())))
            .toList();
    draft.add(
        new Command.MergePatch<>(
            Resources.PODS,
            ObjectKey.of(pod),
            "status",
            ModelCodec.canonical(
                one(
                    Map.entry("metadata", one(Map.entry("uid", pod.getMetadata().getUid()))),
                    Map.entry("status", one(Map.entry("resourceClaimStatuses", statuses)))))));
  }

  private static Map<String, Object> status(Use use, String claim) {
    return claim.isEmpty()
        ? one(Map.entry("name", use.entry()))
        : one(Map.entry("name", use.entry()), Map.entry("resourceClaimName", claim));
  }

  @SafeVarargs
  private static Map<String, Object> one(Map.Entry<String, ?>... entries) {
    var object = new LinkedHashMap<String, Object>();
    for (var entry : entries) {
      object.put(entry.getKey(), entry.getValue());
    }
    return object;
  }

  /** The scheduler reserves the claims of the pods that it binds; this is for all others. */
  private static void reserve(PlanDraft draft, Pod pod, Snapshot world) {
    for (var use : DeviceClaims.of(pod)) {
      world
          .get(Resources.RESOURCE_CLAIMS, inNamespaceOf(pod, use.claim()))
          .filter(claim -> use.template().isEmpty() || DeviceClaims.isFor(claim, pod))
          .filter(claim -> mayReserve(claim, pod))
          .ifPresent(claim -> draft.updateStatus(Resources.RESOURCE_CLAIMS, reserved(claim, pod)));
    }
  }

  private static boolean mayReserve(ResourceClaim claim, Pod pod) {
    var status = claim.getStatus();
    return status != null
        && status.getAllocation() != null
        && claim.getMetadata().getDeletionTimestamp() == null
        && status.getReservedFor().size() < DeviceClaims.CONSUMERS_MAX
        && status.getReservedFor().stream()
            .noneMatch(each -> pod.getMetadata().getUid().equals(each.getUid()));
  }

  private static ResourceClaim reserved(ResourceClaim claim, Pod pod) {
    return claim
        .edit()
        .withStatus(
            new ResourceClaimStatusBuilder(claim.getStatus())
                .addNewReservedFor()
                .withResource("pods")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endReservedFor()
                .build())
        .build();
  }

  private static ObjectKey inNamespaceOf(Pod pod, String name) {
    return new ObjectKey(pod.getMetadata().getNamespace(), name);
  }
}
