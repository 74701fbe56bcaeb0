package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.util.ArrayList;
import java.util.List;

/** Which pods use a claim, and which claims a pod uses. */
final class ClaimUsers {

  private ClaimUsers() {}

  /** How a claim names the pod or the group that it is reserved for. */
  static ResourceClaimConsumerReference reference(HasMetadata user) {
    var name = user.getMetadata().getName();
    var uid = user.getMetadata().getUid();
    var groups = Resources.POD_GROUPS;
    return user instanceof PodGroup
        ? new ResourceClaimConsumerReference(groups.group(), name, groups.plural(), uid)
        : new ResourceClaimConsumerReference(null, name, Resources.PODS.plural(), uid);
  }

  static boolean isGroup(ResourceClaimConsumerReference consumer) {
    return Resources.POD_GROUPS.group().equals(consumer.getApiGroup())
        && Resources.POD_GROUPS.plural().equals(consumer.getResource());
  }

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
        } else if (isGroup(consumer)) {
          pods.addAll(running(claim, consumer, world));
        }
      }
    }
    return pods;
  }

  /** The pods of a group that use a claim, are on a node and may still run. */
  static List<Pod> running(
      ResourceClaim claim, ResourceClaimConsumerReference group, Snapshot world) {
    var key = ClaimMaker.inNamespaceOf(claim, group.getName());
    return world.lookup(Index.PODS_BY_GROUP, key.toString()).stream()
        .filter(pod -> Pods.isBound(pod) && Pods.isActive(pod))
        .filter(pod -> claimsOf(pod).contains(ObjectKey.of(claim)))
        .toList();
  }

  /** The claims that a pod uses, that for extended resources among them. */
  static List<ObjectKey> claimsOf(Pod pod) {
    var names = new ArrayList<String>();
    DeviceClaims.of(pod).forEach(use -> names.add(use.claim()));
    names.add(DeviceClaims.extended(pod));
    names.removeIf(String::isEmpty);
    return names.isEmpty()
        ? List.of()
        : names.stream()
            .map(name -> new ObjectKey(pod.getMetadata().getNamespace(), name))
            .toList();
  }
}
