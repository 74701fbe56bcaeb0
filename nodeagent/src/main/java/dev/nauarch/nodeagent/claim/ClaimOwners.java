package dev.nauarch.nodeagent.claim;

import dev.nauarch.api.DeviceClaims;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.io.IOException;

/** Whether a pod may use a claim. A pod knows its group by name only, and so do these rules. */
final class ClaimOwners {
  private static final String GROUP = "scheduling.k8s.io";

  private ClaimOwners() {}

  /**
   * Refuses a claim that is not the pod's.
   *
   * @throws IOException where it was made for another, or is not reserved for the pod or its group
   */
  static void check(Pod pod, ResourceClaim claim) throws IOException {
    var name = claim.getMetadata().getName();
    var made =
        DeviceClaims.of(pod).stream()
            .anyMatch(use -> use.claim().equals(name) && !use.template().isEmpty());
    if (made && !DeviceClaims.isFor(claim, pod) && !isOfGroup(claim, group(pod))) {
      var key = pod.getMetadata().getNamespace() + "/";
      throw new IOException(
          "ResourceClaim "
              + key
              + name
              + " was not created for Pod "
              + key
              + pod.getMetadata().getName()
              + " (neither Pod nor PodGroup "
              + group(pod)
              + " is the owner)");
    }
    if (!isReserved(pod, claim)) {
      throw new IOException(
          "pod %s (%s) is not allowed to use ResourceClaim %s (%s)"
              .formatted(
                  pod.getMetadata().getName(),
                  pod.getMetadata().getUid(),
                  name,
                  claim.getMetadata().getUid()));
    }
  }

  private static String group(Pod pod) {
    var group = pod.getSpec().getSchedulingGroup();
    return group == null || group.getPodGroupName() == null ? "" : group.getPodGroupName();
  }

  private static boolean isOfGroup(ResourceClaim claim, String group) {
    return !group.isEmpty()
        && claim.getMetadata().getOwnerReferences().stream()
            .anyMatch(
                owner ->
                    Boolean.TRUE.equals(owner.getController())
                        && owner.getKind().equals("PodGroup")
                        && owner.getName().equals(group)
                        && owner.getApiVersion().startsWith(GROUP + "/"));
  }

  private static boolean isReserved(Pod pod, ResourceClaim claim) {
    var status = claim.getStatus();
    return status != null
        && status.getReservedFor().stream()
            .anyMatch(
                each ->
                    pod.getMetadata().getUid().equals(each.getUid())
                        || (GROUP.equals(each.getApiGroup())
                            && "podgroups".equals(each.getResource())
                            && !group(pod).isEmpty()
                            && group(pod).equals(each.getName())));
  }
}
