package dev.nauarch.reconcile.job;

import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.SuccessPolicyRule;
import java.time.Instant;
import java.util.Optional;

/**
 * That a Job is over, though some of its pods may still be stopping.
 *
 * @param isSuccess whether it did what it was for
 * @param reason a word for machines
 * @param message a sentence for people
 */
record Ending(boolean isSuccess, String reason, String message) {

  /** The condition that announces the end. */
  String announcement() {
    return isSuccess ? "SuccessCriteriaMet" : "FailureTarget";
  }

  /** The condition of the end itself. */
  String condition() {
    return isSuccess ? "Complete" : "Failed";
  }

  private static Optional<Ending> failure(String reason, String message) {
    return Optional.of(new Ending(false, reason, message));
  }

  /** Whether and how a Job is over. What was announced once stays. */
  static Optional<Ending> of(Job job, Tally tally, Instant now) {
    return announced(job)
        .or(() -> byRule(tally))
        .or(() -> byFailures(job, tally))
        .or(() -> byDeadline(job, now))
        .or(() -> byFailedIndexes(job, tally))
        .or(() -> bySuccessPolicy(job, tally))
        .or(() -> byCompletions(job, tally));
  }

  private static Optional<Ending> announced(Job job) {
    if (job.getStatus() == null) {
      return Optional.empty();
    }
    return job.getStatus().getConditions().stream()
        .filter(each -> "True".equals(each.getStatus()))
        .filter(
            each ->
                each.getType().equals("FailureTarget")
                    || each.getType().equals("SuccessCriteriaMet"))
        .map(Ending::of)
        .findFirst();
  }

  private static Ending of(JobCondition condition) {
    return new Ending(
        condition.getType().equals("SuccessCriteriaMet"),
        String.valueOf(condition.getReason()),
        String.valueOf(condition.getMessage()));
  }

  private static Optional<Ending> byRule(Tally tally) {
    return tally.fatalMatch().flatMap(match -> failure("PodFailurePolicy", match.message()));
  }

  private static Optional<Ending> byFailures(Job job, Tally tally) {
    var given = job.getSpec().getBackoffLimit();
    var limit = given == null ? 6 : given;
    var restartsInPlace =
        "OnFailure".equals(job.getSpec().getTemplate().getSpec().getRestartPolicy())
            ? tally.active().stream()
                .filter(pod -> !Pods.phase(pod).equals("Unknown"))
                .mapToInt(JobPods::restarts)
                .sum()
            : 0;
    var isOver =
        tally.failed() > limit || (limit == 0 ? restartsInPlace > 0 : restartsInPlace >= limit);
    return isOver
        ? failure("BackoffLimitExceeded", "Job has reached the specified backoff limit")
        : Optional.empty();
  }

  private static Optional<Ending> byDeadline(Job job, Instant now) {
    return deadline(job).filter(at -> !at.isAfter(now)).isPresent()
        ? failure("DeadlineExceeded", "Job was active longer than specified deadline")
        : Optional.empty();
  }

  /** When a Job that runs will have run for too long. */
  static Optional<Instant> deadline(Job job) {
    var seconds = job.getSpec().getActiveDeadlineSeconds();
    var status = job.getStatus();
    if (seconds == null
        || status == null
        || status.getStartTime() == null
        || Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      return Optional.empty();
    }
    return Optional.of(Times.parse(status.getStartTime()).plusSeconds(seconds));
  }

  private static Optional<Ending> byFailedIndexes(Job job, Tally tally) {
    var failed = tally.failedIndexes().size();
    if (job.getSpec().getBackoffLimitPerIndex() == null || failed == 0) {
      return Optional.empty();
    }
    var max = job.getSpec().getMaxFailedIndexes();
    if (max != null && failed > max) {
      return failure(
          "MaxFailedIndexesExceeded",
          "Job has exceeded the specified maximal number of failed indexes");
    }
    return failed + tally.completed().size() >= tally.completions()
        ? failure("FailedIndexes", "Job has failed indexes")
        : Optional.empty();
  }

  private static Optional<Ending> bySuccessPolicy(Job job, Tally tally) {
    var policy = job.getSpec().getSuccessPolicy();
    if (policy == null || !tally.isIndexed()) {
      return Optional.empty();
    }
    for (int i = 0; i < policy.getRules().size(); i++) {
      if (isMet(policy.getRules().get(i), tally)) {
        return Optional.of(new Ending(true, "SuccessPolicy", "Matched rules at index " + i));
      }
    }
    return Optional.empty();
  }

  private static boolean isMet(SuccessPolicyRule rule, Tally tally) {
    if (rule.getSucceededIndexes() == null) {
      return rule.getSucceededCount() != null
          && tally.completed().size() >= rule.getSucceededCount();
    }
    var wanted = IndexSet.parse(rule.getSucceededIndexes(), tally.completions());
    var count = rule.getSucceededCount() == null ? wanted.size() : rule.getSucceededCount();
    return tally.completed().common(wanted) >= count;
  }

  private static Optional<Ending> byCompletions(Job job, Tally tally) {
    var isDone =
        job.getSpec().getCompletions() == null
            ? tally.succeeded() > 0 && tally.active().isEmpty()
            : tally.succeeded() >= tally.completions();
    var isSuspended = Boolean.TRUE.equals(job.getSpec().getSuspend());
    return isDone && !(isSuspended && tally.completions() == 0)
        ? Optional.of(
            new Ending(true, "CompletionsReached", "Reached expected number of succeeded pods"))
        : Optional.empty();
  }
}
