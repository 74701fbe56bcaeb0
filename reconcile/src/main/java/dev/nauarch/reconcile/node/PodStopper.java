package dev.nauarch.reconcile.node;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes the pods that were asked to stop, each once it has saved its work or had the time that it
 * asks for; see {@link PodStop}. A pod that ends by itself meanwhile stays as it ended.
 */
public final class PodStopper implements Reconciler {

  @Override
  public String name() {
    return "pod-stop-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) -> PodStop.isAsked(pod) ? List.of(ObjectKey.of(pod)) : List.of()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world
        .get(Resources.PODS, key)
        .filter(Pods::isActive)
        .ifPresent(
            pod ->
                PodStop.due(pod)
                    .ifPresent(
                        due -> {
                          if (due.isAfter(now)) {
                            draft.wakeAt(due);
                          } else {
                            draft.delete(Resources.PODS, pod);
                          }
                        }));
    return draft.plan();
  }

  /** Asks a pod to stop. */
  public static void ask(PlanDraft draft, Pod pod, String reason, String message, Instant now) {
    var conditions = new ArrayList<PodCondition>();
    if (pod.getStatus() != null) {
      pod.getStatus().getConditions().stream()
          .filter(each -> !PodStop.CONDITIONS.contains(each.getType()))
          .forEach(conditions::add);
    }
    for (var type : PodStop.CONDITIONS) {
      conditions.add(
          new PodConditionBuilder()
              .withType(type)
              .withStatus("True")
              .withReason(reason)
              .withMessage(message)
              .withLastTransitionTime(Times.format(now))
              .build());
    }
    draft.updateStatus(
        Resources.PODS,
        pod.edit().editOrNewStatus().withConditions(conditions).endStatus().build());
  }
}
