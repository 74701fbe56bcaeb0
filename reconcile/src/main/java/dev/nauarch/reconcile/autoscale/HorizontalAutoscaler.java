package dev.nauarch.reconcile.autoscale;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Scales whatever has a scale to what its metrics call for, every 15 seconds. It remembers what was
 * called for and what it did lately, by which it goes slowly; what it forgets costs a delay.
 */
public final class HorizontalAutoscaler implements Reconciler {

  private final Map<ObjectKey, History> historyByKey = new ConcurrentSkipListMap<>();

  @Override
  public String name() {
    return "horizontal-pod-autoscaler-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.HORIZONTAL_POD_AUTOSCALERS),
        new Trigger.Of<>(Resources.PODS, (pod, world) -> List.of()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.HORIZONTAL_POD_AUTOSCALERS, key);
    if (found.isEmpty()) {
      historyByKey.remove(key);
      return Plan.NOTHING;
    }
    var autoscaler = found.get();
    var history = historyByKey.getOrDefault(key, History.NONE);
    long generation = Objects.requireNonNullElse(autoscaler.getMetadata().getGeneration(), 0L);
    if (!history.isDue(generation, now)) {
      return new Plan(List.of(), Optional.of(history.lookedAt().plus(History.PERIOD)));
    }
    var pass =
        new AutoscalePass(
            autoscaler,
            history.lookedAt(generation, now),
            pods -> alsoScaling(key, pods),
            world,
            now);
    var plan = pass.plan();
    historyByKey.put(key, pass.history());
    return plan;
  }

  private List<ObjectKey> alsoScaling(ObjectKey key, List<Pod> pods) {
    return historyByKey.entrySet().stream()
        .filter(each -> each.getKey().namespace().equals(key.namespace()))
        .filter(each -> !each.getKey().equals(key))
        .filter(
            each ->
                each.getValue()
                    .selector()
                    .filter(selector -> pods.stream().anyMatch(selector::matches))
                    .isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var history = historyByKey.getOrDefault(key, History.NONE);
    if (!(command instanceof Command.Rescale) || history.attempt().isEmpty()) {
      return Plan.NOTHING;
    }
    historyByKey.put(key, history.withoutAttempt());
    return AutoscalePass.refused(history.attempt().get(), why, now);
  }
}
