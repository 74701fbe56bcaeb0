package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.jobset.JobSetStatus;
import dev.nauarch.api.jobset.ReplicatedJobStatus;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Collects what a JobSet is to report. Used by one reconciliation and then thrown away. */
final class StatusDraft {

  private final Instant now;
  private final List<Condition> conditions;
  private int restarts;
  private int counted;
  private String terminalState;
  private List<ReplicatedJobStatus> groups;

  StatusDraft(JobSetStatus old, Instant now) {
    this.now = now;
    this.conditions = new ArrayList<>(old.conditions());
    this.restarts = old.restarts();
    this.counted = old.restartsCountTowardsMax();
    this.terminalState = old.terminalState();
    this.groups = old.replicatedJobsStatus();
  }

  void groups(List<ReplicatedJobStatus> counts) {
    groups = counts;
  }

  void ended(String state) {
    terminalState = state;
  }

  void restarted(boolean counts) {
    restarts++;
    counted += counts ? 1 : 0;
  }

  boolean has(String type) {
    return conditions.stream()
        .anyMatch(each -> type.equals(each.getType()) && "True".equals(each.getStatus()));
  }

  /**
   * Sets a condition; the time stays where the status does.
   *
   * @return whether the status has changed
   */
  boolean set(String type, boolean status, String reason, String message) {
    var text = status ? "True" : "False";
    var before = conditions.stream().filter(each -> type.equals(each.getType())).findFirst();
    var isSame = before.filter(each -> text.equals(each.getStatus())).isPresent();
    var time = isSame ? before.get().getLastTransitionTime() : Times.format(now);
    var fresh =
        new ConditionBuilder()
            .withType(type)
            .withStatus(text)
            .withReason(reason)
            .withMessage(message)
            .withLastTransitionTime(time)
            .build();
    if (before.isPresent()) {
      conditions.set(conditions.indexOf(before.get()), fresh);
    } else {
      conditions.add(fresh);
    }
    return !isSame;
  }

  JobSetStatus status() {
    return new JobSetStatus(List.copyOf(conditions), restarts, counted, terminalState, groups);
  }
}
