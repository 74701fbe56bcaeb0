package dev.nauarch.reconcile.policy;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many pods a budget reckons with, and how many of them must be healthy.
 *
 * @param expected the pods that there should be
 * @param healthy how many of them at least
 */
record ExpectedPods(int expected, int healthy) {

  /** That the number can't be known. */
  static final class UnknownScaleException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownScaleException(String message) {
      super(message);
    }
  }

  /** What a budget asks of its pods. */
  static ExpectedPods of(PodDisruptionBudget budget, List<Pod> pods, Snapshot world)
      throws UnknownScaleException {
    var spec = budget.getSpec();
    if (spec.getMaxUnavailable() != null) {
      var scale = scale(pods, world);
      return new ExpectedPods(scale, Math.max(0, scale - amount(spec.getMaxUnavailable(), scale)));
    }
    if (spec.getMinAvailable() == null) {
      return new ExpectedPods(pods.size(), 0);
    }
    if (spec.getMinAvailable().getStrVal() == null) {
      return new ExpectedPods(pods.size(), amount(spec.getMinAvailable(), 0));
    }
    var scale = scale(pods, world);
    return new ExpectedPods(scale, amount(spec.getMinAvailable(), scale));
  }

  /** A number, or a share of all rounded up. */
  private static int amount(IntOrString amount, int all) {
    return Numbers.share(amount, all, true);
  }

  /** The sum of what the pods' controllers want; pods that nobody controls count for nothing. */
  private static int scale(List<Pod> pods, Snapshot world) throws UnknownScaleException {
    var scaleByController = new TreeMap<String, Integer>();
    for (var pod : pods) {
      var owner = Owners.controllerOf(pod);
      if (owner.isPresent()) {
        add(scaleByController, pod, owner.get(), world);
      }
    }
    return scaleByController.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static void add(
      TreeMap<String, Integer> scaleByController, Pod pod, OwnerReference owner, Snapshot world)
      throws UnknownScaleException {
    var namespace = pod.getMetadata().getNamespace();
    switch (Owners.group(owner.getApiVersion()) + "/" + owner.getKind()) {
      case "/ReplicationController" -> {
        var controller = found(Resources.REPLICATION_CONTROLLERS, pod, owner, world);
        scaleByController.put(owner.getUid(), orOne(controller.getSpec().getReplicas()));
      }
      case "apps/ReplicaSet" -> {
        var set = found(Resources.REPLICA_SETS, pod, owner, world);
        var deployment =
            Owners.controllerOf(set)
                .filter(above -> above.getKind().equals("Deployment"))
                .map(above -> new ObjectKey(namespace, above.getName()))
                .flatMap(key -> world.get(Resources.DEPLOYMENTS, key));
        if (deployment.isPresent()) {
          scaleByController.put(
              deployment.get().getMetadata().getUid(),
              orOne(deployment.get().getSpec().getReplicas()));
        } else {
          scaleByController.put(owner.getUid(), orOne(set.getSpec().getReplicas()));
        }
      }
      case "apps/StatefulSet" -> {
        var set = found(Resources.STATEFUL_SETS, pod, owner, world);
        scaleByController.put(owner.getUid(), orOne(set.getSpec().getReplicas()));
      }
      default ->
          throw new UnknownScaleException(
              owner.getKind() + " \"" + owner.getName() + "\" has no scale");
    }
  }

  private static <T extends HasMetadata> T found(
      Resource<T> resource, Pod pod, OwnerReference owner, Snapshot world)
      throws UnknownScaleException {
    return world
        .get(resource, new ObjectKey(pod.getMetadata().getNamespace(), owner.getName()))
        .filter(found -> found.getMetadata().getUid().equals(owner.getUid()))
        .orElseThrow(
            () ->
                new UnknownScaleException(
                    "found no controllers for pod \"" + pod.getMetadata().getName() + "\""));
  }

  private static int orOne(@Nullable Integer replicas) {
    return replicas == null ? 1 : replicas;
  }
}
