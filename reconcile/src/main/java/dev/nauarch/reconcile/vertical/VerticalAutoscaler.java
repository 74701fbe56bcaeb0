package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Recommends what pods should ask for by what they use, every 15 seconds, and brings them there.
 * What it knows is in checkpoints once a minute. Where somebody defines the kind, its objects are
 * for the controllers that came with the definition.
 */
public final class VerticalAutoscaler implements Reconciler {

  /** How often an autoscaler is looked at. */
  static final Duration PERIOD = Duration.ofSeconds(15);

  /** How often what changes all the time is written. */
  static final Duration SLOW_PERIOD = Duration.ofMinutes(1);

  private static final ObjectKey DEFINITION = new ObjectKey("", VerticalPodAutoscaler.DEFINITION);
  private static final Resource<PartialObjectMetadata> DEFINITIONS =
      Resources.CUSTOM_RESOURCE_DEFINITIONS.metadata().named(DEFINITION.name());

  private final Map<ObjectKey, Knowledge> knowledgeByKey = new ConcurrentSkipListMap<>();

  @Override
  public String name() {
    return "vertical-pod-autoscaler-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(VerticalPodAutoscaler.RESOURCE),
        known(VerticalPodAutoscalerCheckpoint.RESOURCE),
        known(Resources.PODS),
        known(Resources.REPLICA_SETS),
        known(Resources.REPLICATION_CONTROLLERS),
        known(Resources.STATEFUL_SETS),
        known(Resources.DAEMON_SETS),
        known(Resources.JOBS),
        known(Resources.LIMIT_RANGES),
        known(DEFINITIONS));
  }

  /** It is looked at, and concerns nobody when it changes. */
  private static <T extends HasMetadata> Trigger known(Resource<T> resource) {
    return new Trigger.Of<>(resource, (_, _) -> List.of());
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(VerticalPodAutoscaler.RESOURCE, key);
    if (found.isEmpty()
        || !found.get().spec().isOurs()
        || found.get().getMetadata().getDeletionTimestamp() != null
        || world.get(DEFINITIONS, DEFINITION).isPresent()) {
      knowledgeByKey.remove(key);
      return Plan.NOTHING;
    }
    var autoscaler = found.get();
    var knowledge = knowledgeByKey.get(key);
    if (knowledge == null || !knowledge.isOf(autoscaler)) {
      var checkpoints = world.list(VerticalPodAutoscalerCheckpoint.RESOURCE, key.namespace());
      knowledge = new Knowledge(autoscaler, checkpoints);
      knowledgeByKey.put(key, knowledge);
    }
    long generation = Objects.requireNonNullElse(autoscaler.getMetadata().getGeneration(), 0L);
    if (generation == knowledge.generation && knowledge.lookedAt.plus(PERIOD).isAfter(now)) {
      return new Plan(List.of(), Optional.of(knowledge.lookedAt.plus(PERIOD)));
    }
    knowledge.generation = generation;
    knowledge.lookedAt = now;
    return new VerticalPass(autoscaler, knowledge, world, now).plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var knowledge = knowledgeByKey.get(key);
    var autoscaler = world.get(VerticalPodAutoscaler.RESOURCE, key);
    if (knowledge == null
        || autoscaler.isEmpty()
        || !(command instanceof Command.MergePatch<?> patch)
        || !patch.subresource().equals("resize")) {
      return Plan.NOTHING;
    }
    knowledge.attempts.refused(patch.key());
    knowledge.lookedAt = Instant.EPOCH;
    var draft = new PlanDraft();
    draft.warning(
        autoscaler.get(), "FailedResize", "Pod " + patch.key().name() + " is not resized: " + why);
    return draft.plan();
  }
}
