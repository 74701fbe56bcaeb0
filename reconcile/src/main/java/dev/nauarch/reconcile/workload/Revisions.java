package dev.nauarch.reconcile.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The annotations by which ReplicaSets remember which revision of their Deployment they are, and
 * how large it was when they were last scaled.
 */
final class Revisions {

  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";

  private static final List<String> NOT_COPIED =
      List.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          "deprecated.deployment.rollback.to",
          REVISION,
          HISTORY,
          DESIRED,
          MAX);

  private Revisions() {}

  static long revision(HasMetadata object) {
    return number(object, REVISION, 0);
  }

  static long number(HasMetadata object, String annotation, long otherwise) {
    var text = annotations(object).get(annotation);
    if (text == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Map<String, String> annotations(HasMetadata object) {
    var annotations = object.getMetadata().getAnnotations();
    return annotations == null ? new TreeMap<>() : annotations;
  }

  /** The number of the wanted template: one more than that of any other. */
  static long next(Rollout rollout) {
    return rollout.old().stream().mapToLong(Revisions::revision).max().orElse(0) + 1;
  }

  /** What the set of the wanted template is annotated with; empty before it was made. */
  static Map<String, String> ofCurrent(Rollout rollout) {
    var result = new TreeMap<String, String>();
    rollout.current().ifPresent(set -> result.putAll(annotations(set)));
    annotations(rollout.deployment())
        .forEach(
            (key, value) -> {
              if (!NOT_COPIED.contains(key)) {
                result.put(key, value);
              }
            });
    var before = rollout.current().map(Revisions::revision).orElse(0L);
    var next = next(rollout);
    if (before < next) {
      result.put(REVISION, Long.toString(next));
      if (before > 0) {
        result.merge(HISTORY, Long.toString(before), (history, number) -> history + "," + number);
      }
    }
    if (rollout.current().isEmpty()) {
      result.putAll(sizes(rollout));
    }
    return result;
  }

  /** The Deployment's present size. */
  static Map<String, String> sizes(Rollout rollout) {
    var result = new TreeMap<String, String>();
    result.put(DESIRED, Integer.toString(rollout.wanted()));
    result.put(MAX, Integer.toString(rollout.wanted() + rollout.maxSurge()));
    return result;
  }

  /** Whether a set was last scaled for another size of its Deployment. */
  static boolean isOfOtherSize(ReplicaSet set, Rollout rollout) {
    var desired = number(set, DESIRED, -1);
    return desired >= 0 && desired != rollout.wanted() && Counts.replicas(set) > 0;
  }
}
