package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupResourceClaim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which claims of devices a pod uses, and what those who look after claims write on them. */
public final class DeviceClaims {

  /** Holds a claim that has devices until they are given back. */
  public static final String FINALIZER = "resource.kubernetes.io/delete-protection";

  /** The annotation that says for which entry of its pod a claim was made. */
  public static final String POD_CLAIM = "resource.kubernetes.io/pod-claim-name";

  /** The annotation, {@code true} on a claim that stands for extended resources of its pod. */
  public static final String EXTENDED = "resource.kubernetes.io/extended-resource-claim";

  /** So many pods may share one claim. */
  public static final int CONSUMERS_MAX = 256;

  private DeviceClaims() {}

  /**
   * One entry of a pod.
   *
   * @param entry its name within the pod
   * @param template the template of which its claim is made; empty for a claim that users make
   * @param claim the name of its claim; empty while there is none
   * @param isSettled whether there is a claim, or it was found that the entry needs none
   */
  public record Use(String entry, String template, String claim, boolean isSettled) {

    /** Whether the claim is to be made, and was not yet. */
    public boolean isMissing() {
      return !template.isEmpty() && !isSettled;
    }
  }

  /** The entries of a pod, in their order. */
  public static List<Use> of(Pod pod) {
    var uses = new ArrayList<Use>();
    if (pod.getSpec() != null) {
      for (var entry : pod.getSpec().getResourceClaims()) {
        uses.add(use(pod, entry));
      }
    }
    return uses;
  }

  private static Use use(Pod pod, PodResourceClaim entry) {
    var named = entry.getResourceClaimName();
    if (named != null && !named.isEmpty()) {
      return new Use(entry.getName(), "", named, true);
    }
    var template = entry.getResourceClaimTemplateName();
    if (pod.getStatus() != null) {
      for (var made : pod.getStatus().getResourceClaimStatuses()) {
        if (entry.getName().equals(made.getName())) {
          return new Use(
              entry.getName(), orEmpty(template), orEmpty(made.getResourceClaimName()), true);
        }
      }
    }
    return new Use(entry.getName(), orEmpty(template), "", false);
  }

  /** Whether an entry of a pod is one of its group, so that all its pods share the claim. */
  public static boolean isShared(Use use, PodGroup group) {
    return group.getSpec() != null
        && group.getSpec().getResourceClaims().stream()
            .anyMatch(
                entry ->
                    use.entry.equals(entry.getName())
                        && use.template.equals(orEmpty(entry.getResourceClaimTemplateName()))
                        && (!use.template.isEmpty()
                            || use.claim.equals(entry.getResourceClaimName())));
  }

  /** The claim of an entry of a group; empty while it is not made. */
  public static String claimOf(PodGroup group, PodGroupResourceClaim entry) {
    var named = orEmpty(entry.getResourceClaimName());
    return !named.isEmpty() || group.getStatus() == null
        ? named
        : group.getStatus().getResourceClaimStatuses().stream()
            .filter(made -> entry.getName().equals(made.getName()))
            .map(made -> orEmpty(made.getResourceClaimName()))
            .findFirst()
            .orElse("");
  }

  /** The name of the claim for its extended resources; empty for none. */
  public static String extended(Pod pod) {
    var status = pod.getStatus() == null ? null : pod.getStatus().getExtendedResourceClaimStatus();
    return status == null ? "" : orEmpty(status.getResourceClaimName());
  }

  /** Whether a claim was made for this very owner, and no other. */
  public static boolean isFor(ResourceClaim claim, HasMetadata owner) {
    return claim.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            each ->
                Boolean.TRUE.equals(each.getController())
                    && owner.getMetadata().getUid().equals(each.getUid()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
