package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import java.util.ArrayList;
import java.util.List;

/** Which pods use a claim, and which claims a pod uses. */
final class ClaimUsers {

  private ClaimUsers() {}

  static boolean isPod(ResourceClaimConsumerReference consumer) {
    var group = consumer.getApiGroup();
    return (group == null || group.isEmpty()) && "pods".equals(consumer.getResource());
  }

  /** The pods for which a claim is reserved and that are on a node and may still run. */
  static List<Pod> running(ResourceClaim claim, Snapshot world) {
    var pods = new ArrayList<Pod>();
    if (claim.getStatus() != null) {
      for (var consumer : claim.getStatus().getReservedFor()) {
        if (isPod(consumer)) {
          var key = new ObjectKey(claim.getMetadata().getNamespace(), consumer.getName());
          world
              .get(Resources.PODS, key)
              .filter(pod -> pod.getMetadata().getUid().equals(consumer.getUid()))
              .filter(pod -> Pods.isBound(pod) && Pods.isActive(pod))
              .ifPresent(pods::add);
        }
      }
    }
    return pods;
  }

  /** The claims that a pod uses, that for extended resources among them. */
  static List<ObjectKey> claimsOf(Pod pod) {
    var names = new ArrayList<String>();
    DeviceClaims.of(pod).forEach(use -> names.add(use.claim()));
    names.add(DeviceClaims.extended(pod));
    return names.stream()
        .filter(name -> !name.isEmpty())
        .map(name -> new ObjectKey(pod.getMetadata().getNamespace(), name))
        .toList();
  }
}
