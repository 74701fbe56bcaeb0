package dev.nauarch.reconcile.workload;

import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a Deployment reports: its counts, whether it is available, and how its rollout goes. */
final class DeploymentReport {

  private static final String PROGRESSING = "Progressing";
  private static final String AVAILABLE = "Available";
  private static final String FAILURE = "ReplicaFailure";
  private static final List<String> OWN = List.of(PROGRESSING, AVAILABLE, FAILURE);
  private static final String DONE = "NewReplicaSetAvailable";

  private final Rollout rollout;
  private final DeploymentStatus old;
  private final Instant now;

  DeploymentReport(Rollout rollout, Instant now) {
    this.rollout = rollout;
    this.now = now;
    var status = rollout.deployment().getStatus();
    this.old = Counts.withZeros(status == null ? new DeploymentStatus() : status);
  }

  /** The status as it stands before this report, absent numbers being 0. */
  DeploymentStatus old() {
    return old;
  }

  /** The status of now. */
  DeploymentStatus status() {
    var counts = counts();
    var conditions = new ArrayList<DeploymentCondition>();
    progressing(counts).ifPresent(conditions::add);
    conditions.add(available(counts));
    failure().ifPresent(conditions::add);
    old.getConditions().stream()
        .filter(condition -> !OWN.contains(condition.getType()))
        .forEach(conditions::add);
    return new DeploymentStatusBuilder(counts).withConditions(conditions).build();
  }

  /** Why a set can't have its pods, the wanted one's before those of others. */
  private Optional<DeploymentCondition> failure() {
    return Stream.concat(rollout.current().stream(), rollout.all().stream())
        .flatMap(set -> Counts.condition(Counts.statusOf(set), FAILURE).stream())
        .findFirst()
        .map(
            failure ->
                new DeploymentConditionBuilder()
                    .withType(FAILURE)
                    .withStatus(failure.getStatus())
                    .withReason(failure.getReason())
                    .withMessage(failure.getMessage())
                    .withLastUpdateTime(failure.getLastTransitionTime())
                    .withLastTransitionTime(failure.getLastTransitionTime())
                    .build());
  }

  private DeploymentStatus counts() {
    var all = rollout.all();
    var available = all.stream().mapToInt(Counts::available).sum();
    var asked = all.stream().mapToInt(Counts::replicas).sum();
    return new DeploymentStatusBuilder()
        .withObservedGeneration(rollout.deployment().getMetadata().getGeneration())
        .withReplicas(all.stream().mapToInt(Counts::observed).sum())
        .withUpdatedReplicas(rollout.current().map(Counts::observed).orElse(0))
        .withReadyReplicas(all.stream().mapToInt(Counts::ready).sum())
        .withAvailableReplicas(available)
        .withUnavailableReplicas(Math.max(0, asked - available))
        .withTerminatingReplicas(all.stream().mapToInt(Counts::terminating).sum())
        .withCollisionCount(old.getCollisionCount())
        .build();
  }

  private Optional<DeploymentCondition> oldCondition(String type) {
    return old.getConditions().stream().filter(each -> type.equals(each.getType())).findFirst();
  }

  private DeploymentCondition available(DeploymentStatus counts) {
    var isAvailable =
        Numbers.orZero(counts.getAvailableReplicas())
            >= rollout.wanted() - rollout.maxUnavailable();
    return isAvailable
        ? condition(
            AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        : condition(
            AVAILABLE,
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.");
  }

  private Optional<DeploymentCondition> progressing(DeploymentStatus counts) {
    var before = oldCondition(PROGRESSING);
    if (deadline().isEmpty()) {
      return Optional.empty();
    }
    if (isPaused()) {
      return Optional.of(
          condition(PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused"));
    }
    if (before.filter(each -> "DeploymentPaused".equals(each.getReason())).isPresent()) {
      return Optional.of(
          condition(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed"));
    }
    var set = "ReplicaSet \"" + rollout.currentName() + "\"";
    if (isComplete(counts)) {
      return Optional.of(
          condition(PROGRESSING, "True", DONE, set + " has successfully progressed."));
    }
    if (before.isEmpty()) {
      return Optional.of(
          condition(
              PROGRESSING,
              "True",
              "NewReplicaSetCreated",
              "Created new replica set \"" + rollout.currentName() + "\""));
    }
    if (hasProgressed(counts) || startsAnew(before.get())) {
      return Optional.of(
          refreshed(condition(PROGRESSING, "True", "ReplicaSetUpdated", set + " is progressing.")));
    }
    if (isLate(before.get())) {
      return Optional.of(
          condition(
              PROGRESSING,
              "False",
              "ProgressDeadlineExceeded",
              set + " has timed out progressing."));
    }
    return before;
  }

  boolean isComplete(DeploymentStatus counts) {
    return rollout.current().isPresent()
        && Numbers.orZero(counts.getUpdatedReplicas()) == rollout.wanted()
        && Numbers.orZero(counts.getReplicas()) == rollout.wanted()
        && Numbers.orZero(counts.getAvailableReplicas()) == rollout.wanted();
  }

  /** A rollout that was done, and is not any more because there is a new template. */
  private boolean startsAnew(DeploymentCondition before) {
    return DONE.equals(before.getReason())
        && !before.getMessage().contains("\"" + rollout.currentName() + "\"");
  }

  private boolean hasProgressed(DeploymentStatus counts) {
    var oldOnes =
        Numbers.orZero(counts.getReplicas()) - Numbers.orZero(counts.getUpdatedReplicas());
    var oldOnesBefore =
        Numbers.orZero(old.getReplicas()) - Numbers.orZero(old.getUpdatedReplicas());
    return Numbers.orZero(counts.getUpdatedReplicas()) > Numbers.orZero(old.getUpdatedReplicas())
        || oldOnes < oldOnesBefore
        || Numbers.orZero(counts.getReadyReplicas()) > Numbers.orZero(old.getReadyReplicas())
        || Numbers.orZero(counts.getAvailableReplicas())
            > Numbers.orZero(old.getAvailableReplicas());
  }

  private boolean isLate(DeploymentCondition before) {
    return !DONE.equals(before.getReason()) && due(before).filter(now::isAfter).isPresent();
  }

  /** When a rollout that does not move will count as failed. */
  Optional<Instant> lateAt() {
    return oldCondition(PROGRESSING)
        .filter(each -> "True".equals(each.getStatus()) && !DONE.equals(each.getReason()))
        .flatMap(this::due)
        .map(due -> due.plusSeconds(1))
        .filter(due -> due.isAfter(now));
  }

  private Optional<Instant> due(DeploymentCondition condition) {
    return deadline()
        .filter(deadline -> condition.getLastUpdateTime() != null)
        .map(deadline -> Times.parse(condition.getLastUpdateTime()).plus(deadline));
  }

  private Optional<Duration> deadline() {
    var seconds = rollout.deployment().getSpec().getProgressDeadlineSeconds();
    return seconds == null || seconds == Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(seconds));
  }

  boolean isPaused() {
    return Boolean.TRUE.equals(rollout.deployment().getSpec().getPaused());
  }

  private DeploymentCondition refreshed(DeploymentCondition condition) {
    return condition.edit().withLastUpdateTime(Times.format(now)).build();
  }

  /** A condition that keeps the times of an equal one from before. */
  private DeploymentCondition condition(String type, String status, String reason, String text) {
    var same = oldCondition(type).filter(each -> status.equals(each.getStatus()));
    var unchanged = same.filter(each -> reason.equals(each.getReason()));
    var time = Times.format(now);
    return new DeploymentConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(text)
        .withLastUpdateTime(unchanged.map(DeploymentCondition::getLastUpdateTime).orElse(time))
        .withLastTransitionTime(same.map(DeploymentCondition::getLastTransitionTime).orElse(time))
        .build();
  }

  /** The sets whose history is too long to keep, oldest revision first. */
  List<io.fabric8.kubernetes.api.model.apps.ReplicaSet> expendable() {
    var limit = rollout.deployment().getSpec().getRevisionHistoryLimit();
    var keep = limit == null ? Integer.MAX_VALUE : limit;
    var idle =
        rollout.old().stream()
            .filter(set -> Counts.replicas(set) == 0 && Counts.observed(set) == 0)
            .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
            .sorted(java.util.Comparator.comparingLong(Revisions::revision))
            .toList();
    return idle.subList(0, Math.max(0, idle.size() - keep));
  }
}
