package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes claims of templates, for pods and for groups of pods. */
final class ClaimMaker {

  private static final int BASE_MAX = 57;

  /** A name that somebody else has taken is left to them, and another is tried. */
  private static final int NAMES_MAX = 16;

  private ClaimMaker() {}

  /** Whether the claim that was made is gone, or is somebody else's now. */
  static boolean isLost(HasMetadata owner, String claim, Snapshot world) {
    return !claim.isEmpty()
        && world
            .get(Resources.RESOURCE_CLAIMS, inNamespaceOf(owner, claim))
            .filter(found -> DeviceClaims.isFor(found, owner))
            .isEmpty();
  }

  /** Makes the claim unless there is one; its name, or none where it can't be made. */
  static Optional<String> make(
      PlanDraft draft, HasMetadata owner, String entry, String templateName, Snapshot world) {
    var there =
        world.ownedBy(Resources.RESOURCE_CLAIMS, owner.getMetadata().getUid()).stream()
            .filter(claim -> DeviceClaims.isFor(claim, owner))
            .filter(claim -> entry.equals(entryOf(claim)))
            .findFirst();
    if (there.isPresent()) {
      return there.map(claim -> claim.getMetadata().getName());
    }
    var template =
        world.get(Resources.RESOURCE_CLAIM_TEMPLATES, inNamespaceOf(owner, templateName));
    if (template.isEmpty()) {
      warn(
          draft,
          owner,
          entry,
          "resource claim template \"%1$s\": resourceclaimtemplate.resource.k8s.io \"%1$s\" not found"
              .formatted(templateName));
      return Optional.empty();
    }
    for (int attempt = 0; attempt < NAMES_MAX; attempt++) {
      var uid = owner.getMetadata().getUid();
      var name = base(owner, entry) + Names.suffix(uid, entry, attempt);
      if (world.get(Resources.RESOURCE_CLAIMS, inNamespaceOf(owner, name)).isEmpty()) {
        draft.create(Resources.RESOURCE_CLAIMS, claim(owner, entry, template.get(), name));
        return Optional.of(name);
      }
    }
    warn(draft, owner, entry, "all names for its claim are taken");
    return Optional.empty();
  }

  private static String entryOf(ResourceClaim claim) {
    var annotations = claim.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(DeviceClaims.POD_CLAIM, "");
  }

  /** Tells the owner why a claim was not made. */
  static void warn(PlanDraft draft, HasMetadata owner, String entry, String why) {
    draft.warning(
        owner,
        "FailedResourceClaimCreation",
        owner.getKind() + "ResourceClaim " + entry + ": " + why);
  }

  /** Tells the owner that the cluster refused to make a claim. */
  static void refused(PlanDraft draft, HasMetadata owner, Command command, String why) {
    if (command instanceof Command.Create<?> create) {
      var annotations = create.object().getMetadata().getAnnotations();
      warn(draft, owner, annotations.getOrDefault(DeviceClaims.POD_CLAIM, ""), why);
    }
  }

  /** What its name begins with: of owner and entry, and of long ones a part in proportion. */
  private static String base(HasMetadata owner, String entry) {
    var name = owner.getMetadata().getName();
    var length = name.length() + entry.length() + 2;
    return length <= BASE_MAX
        ? name + "-" + entry + "-"
        : name.substring(0, name.length() * BASE_MAX / length)
            + "-"
            + entry.substring(0, entry.length() * BASE_MAX / length)
            + "-";
  }

  private static ResourceClaim claim(
      HasMetadata owner, String entry, ResourceClaimTemplate template, String name) {
    var metadata = template.getSpec().getMetadata();
    var wanted = metadata == null ? new ObjectMeta() : metadata;
    var annotations = new TreeMap<String, String>();
    if (wanted.getAnnotations() != null) {
      annotations.putAll(wanted.getAnnotations());
    }
    annotations.put(DeviceClaims.POD_CLAIM, entry);
    return new ResourceClaimBuilder()
        .withNewMetadata()
        .withNamespace(owner.getMetadata().getNamespace())
        .withName(name)
        .withGenerateName(base(owner, entry))
        .withLabels(wanted.getLabels())
        .withAnnotations(annotations)
        .withOwnerReferences(
            new OwnerReferenceBuilder(Owners.controller(owner))
                .withBlockOwnerDeletion(null)
                .build())
        .endMetadata()
        .withSpec(template.getSpec().getSpec())
        .build();
  }

  /** Says in the status of the owner which claims it has. */
  static <T extends HasMetadata> void note(
      PlanDraft draft, Resource<T> resource, HasMetadata owner, List<Map<String, Object>> claims) {
    draft.add(
        new Command.MergePatch<>(
            resource,
            ObjectKey.of(owner),
            "status",
            ModelCodec.canonical(
                one(
                    Map.entry("metadata", one(Map.entry("uid", owner.getMetadata().getUid()))),
                    Map.entry("status", one(Map.entry("resourceClaimStatuses", claims)))))));
  }

  /** What is said of one claim. */
  static Map<String, Object> status(String entry, String claim) {
    return claim.isEmpty()
        ? one(Map.entry("name", entry))
        : one(Map.entry("name", entry), Map.entry("resourceClaimName", claim));
  }

  @SafeVarargs
  private static Map<String, Object> one(Map.Entry<String, ?>... entries) {
    var object = new LinkedHashMap<String, Object>();
    for (var entry : entries) {
      object.put(entry.getKey(), entry.getValue());
    }
    return object;
  }

  static ObjectKey inNamespaceOf(HasMetadata object, String name) {
    return new ObjectKey(object.getMetadata().getNamespace(), name);
  }
}
