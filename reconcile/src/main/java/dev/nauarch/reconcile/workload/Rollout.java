package dev.nauarch.reconcile.workload;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Numbers;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment beside its ReplicaSets: the one that has its template now, and those of earlier
 * templates, oldest first.
 *
 * @param deployment what is wanted
 * @param current the set of the wanted template; empty before it was made
 * @param old the others
 */
record Rollout(Deployment deployment, Optional<ReplicaSet> current, List<ReplicaSet> old) {

  static final String HASH_LABEL = "pod-template-hash";

  private static final IntOrString QUARTER = new IntOrString("25%");

  static Rollout of(Deployment deployment, List<ReplicaSet> sets) {
    var oldestFirst =
        sets.stream()
            .sorted(
                Comparator.comparing(
                        (ReplicaSet set) ->
                            String.valueOf(set.getMetadata().getCreationTimestamp()))
                    .thenComparing(set -> set.getMetadata().getName()))
            .toList();
    var wanted = withoutHash(deployment.getSpec().getTemplate());
    var current =
        oldestFirst.stream()
            .filter(set -> withoutHash(set.getSpec().getTemplate()).equals(wanted))
            .findFirst();
    var old = new ArrayList<>(oldestFirst);
    current.ifPresent(old::remove);
    return new Rollout(deployment, current, List.copyOf(old));
  }

  private static String withoutHash(PodTemplateSpec template) {
    return ModelCodec.canonical(
        template.edit().editOrNewMetadata().removeFromLabels(HASH_LABEL).endMetadata().build());
  }

  /** The label that tells the pods of the wanted template from all others. */
  String hash() {
    var status = deployment.getStatus();
    var collisions = status == null ? 0 : Numbers.orZero(status.getCollisionCount());
    var template = withoutHash(deployment.getSpec().getTemplate());
    return Names.fingerprint(collisions == 0 ? template : template + collisions);
  }

  /** The name of the set of the wanted template. */
  String currentName() {
    return current
        .map(set -> set.getMetadata().getName())
        .orElseGet(() -> deployment.getMetadata().getName() + "-" + hash());
  }

  List<ReplicaSet> all() {
    var all = new ArrayList<>(old);
    current.ifPresent(all::add);
    return List.copyOf(all);
  }

  int wanted() {
    return Counts.replicas(deployment);
  }

  boolean isRolling() {
    return !"Recreate".equals(deployment.getSpec().getStrategy().getType());
  }

  /** How many pods there may be beyond those wanted. */
  int maxSurge() {
    if (!isRolling()) {
      return 0;
    }
    var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
    return rolling == null ? share(null, true) : share(rolling.getMaxSurge(), true);
  }

  /** How many of the wanted pods may be unavailable. */
  int maxUnavailable() {
    if (!isRolling() || wanted() == 0) {
      return 0;
    }
    var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
    var unavailable =
        rolling == null ? share(null, false) : share(rolling.getMaxUnavailable(), false);
    // With neither room above nor below nothing could ever move.
    return Math.min(wanted(), unavailable == 0 && maxSurge() == 0 ? 1 : unavailable);
  }

  private int share(@Nullable IntOrString value, boolean roundUp) {
    return Numbers.share(value == null ? QUARTER : value, wanted(), roundUp);
  }
}
