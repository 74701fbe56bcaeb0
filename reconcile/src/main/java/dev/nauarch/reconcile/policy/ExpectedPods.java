package dev.nauarch.reconcile.policy;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.TreeMap;

/**
 * How many pods a budget reckons with, and how many of them must be healthy.
 *
 * @param expected the pods that there should be
 * @param healthy how many of them at least
 */
record ExpectedPods(int expected, int healthy) {

  private static final int PERCENT = 100;

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
    if (amount.getStrVal() == null) {
      return amount.getIntVal();
    }
    var percent = Integer.parseInt(amount.getStrVal().replace("%", ""));
    return Math.ceilDiv(percent * all, PERCENT);
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
    if (!owner.getKind().equals("ReplicaSet")
        || !Owners.group(owner.getApiVersion()).equals("apps")) {
      throw new UnknownScaleException(
          owner.getKind() + " \"" + owner.getName() + "\" has no scale");
    }
    var set =
        world
            .get(
                Resources.REPLICA_SETS,
                new ObjectKey(pod.getMetadata().getNamespace(), owner.getName()))
            .filter(found -> found.getMetadata().getUid().equals(owner.getUid()));
    if (set.isEmpty()) {
      throw new UnknownScaleException(
          "found no controllers for pod \"" + pod.getMetadata().getName() + "\"");
    }
    var deployment =
        Owners.controllerOf(set.get())
            .filter(above -> above.getKind().equals("Deployment"))
            .flatMap(
                above ->
                    world.get(
                        Resources.DEPLOYMENTS,
                        new ObjectKey(pod.getMetadata().getNamespace(), above.getName())));
    if (deployment.isPresent()) {
      var replicas = deployment.get().getSpec().getReplicas();
      scaleByController.put(
          deployment.get().getMetadata().getUid(), replicas == null ? 1 : replicas);
    } else {
      scaleByController.put(set.get().getMetadata().getUid(), replicas(set.get()));
    }
  }

  private static int replicas(ReplicaSet set) {
    var replicas = set.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }
}
