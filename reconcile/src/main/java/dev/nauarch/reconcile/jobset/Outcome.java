package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.jobset.FailurePolicy;
import dev.nauarch.api.jobset.FailurePolicyRule;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.jobset.SuccessPolicy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the ends of its Jobs mean for a JobSet. */
sealed interface Outcome {

  /** It has done what it was for. */
  record Completed() implements Outcome {}

  /** It will not be tried again. */
  record Failed(String reason, String message) implements Outcome {}

  /**
   * All Jobs are made anew.
   *
   * @param counts whether this restart counts towards the maximum
   * @param message why
   */
  record Restarted(boolean counts, String message) implements Outcome {}

  /** The outcome of now; empty while the Jobs run. */
  static Optional<Outcome> of(JobSet set, ChildJobs jobs) {
    if (!jobs.failed().isEmpty()) {
      return Optional.of(ofFailure(set, jobs.failed()));
    }
    return isComplete(set, jobs) ? Optional.of(new Completed()) : Optional.empty();
  }

  private static Outcome ofFailure(JobSet set, List<Job> failed) {
    var policy = set.spec().failurePolicyIfAny();
    var first = failed.stream().min(Comparator.comparing(Outcome::failedAt)).orElseThrow();
    if (policy.isEmpty()) {
      return new Failed("FailedJobs", "a Job failed" + firstOf(first));
    }
    for (var rule : policy.get().rules()) {
      var match =
          failed.stream()
              .filter(job -> matches(rule, job))
              .min(Comparator.comparing(Outcome::failedAt));
      if (match.isPresent()) {
        return act(rule.action(), policy.get(), set, match.get());
      }
    }
    return act("RestartJobSet", policy.get(), set, first);
  }

  private static Outcome act(String action, FailurePolicy policy, JobSet set, Job failed) {
    return switch (action) {
      case "FailJobSet" ->
          new Failed(
              "FailJobSetFailurePolicyAction",
              "the failure policy fails the JobSet" + firstOf(failed));
      case "RestartJobSetAndIgnoreMaxRestarts" ->
          new Restarted(false, "restarting, not counted" + firstOf(failed));
      default ->
          set.status().restartsCountTowardsMax() >= policy.maxRestarts()
              ? new Failed(
                  "ReachedMaxRestarts",
                  "all " + policy.maxRestarts() + " restarts are used up" + firstOf(failed))
              : new Restarted(true, "restarting" + firstOf(failed));
    };
  }

  private static String firstOf(Job job) {
    return " (first failed job: " + job.getMetadata().getName() + ")";
  }

  private static Optional<JobCondition> failure(Job job) {
    return job.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals("Failed") && "True".equals(each.getStatus()))
        .findFirst();
  }

  private static String failedAt(Job job) {
    return failure(job).map(JobCondition::getLastTransitionTime).orElse("")
        + job.getMetadata().getName();
  }

  private static boolean matches(FailurePolicyRule rule, Job job) {
    var condition = failure(job).orElseThrow();
    var reason = Objects.requireNonNullElse(condition.getReason(), "");
    var message = Objects.requireNonNullElse(condition.getMessage(), "");
    var targets = rule.targetReplicatedJobs();
    var patterns = rule.onJobFailureMessagePatterns();
    return (targets.isEmpty() || targets.contains(ChildJobs.groupOf(job)))
        && (rule.onJobFailureReasons().isEmpty() || rule.onJobFailureReasons().contains(reason))
        && (patterns.isEmpty()
            || patterns.stream().anyMatch(each -> Pattern.compile(each).matcher(message).find()));
  }

  private static boolean isComplete(JobSet set, ChildJobs jobs) {
    var given = set.spec().successPolicy();
    var policy = given == null ? SuccessPolicy.ALL : given;
    var done =
        jobs.succeeded().stream().filter(job -> policy.counts(ChildJobs.groupOf(job))).count();
    if ("Any".equals(policy.operator())) {
      return done > 0;
    }
    var wanted =
        set.spec().replicatedJobs().stream()
            .filter(group -> policy.counts(group.name()))
            .mapToInt(group -> group.replicas())
            .sum();
    return done >= wanted;
  }
}
