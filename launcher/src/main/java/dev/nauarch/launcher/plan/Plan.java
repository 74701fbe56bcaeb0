package dev.nauarch.launcher.plan;

import dev.nauarch.client.ClusterClient;
import dev.nauarch.controlplane.scheduling.SchedulerDriver;
import dev.nauarch.scheduling.Rehearsal;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.SchedulerOptions;
import java.time.Instant;
import java.util.List;

/**
 * What would come of a manifest.
 *
 * @param pods how many pods it asks for
 * @param outcome what would happen now
 * @param everFits whether it would start in the same cluster without anybody else's work
 * @param at when the cluster was looked at
 */
public record Plan(int pods, Rehearsal.Outcome outcome, boolean everFits, Instant at) {

  /** The short answer. */
  public enum Verdict {
    FITS_NOW,
    NEEDS_PREEMPTION,
    WOULD_WAIT,
    NEVER_FITS
  }

  /**
   * Rehearses a manifest in a cluster.
   *
   * @param options those of the cluster's scheduler
   * @throws PlanException it asks for nothing that can be rehearsed
   * @throws dev.nauarch.api.ApiException the API server refuses what it asks for, or to be read
   */
  public static Plan of(
      ClusterClient client, SchedulerOptions options, PlannedWork work, Instant now) {
    var present = SchedulerDriver.present(client, options);
    var outcome = rehearse(options, present, work, now);
    var ever =
        outcome.why().isEmpty()
            || rehearse(options, Rehearsal.withoutWork(present), work, now).why().isEmpty();
    return new Plan(work.podCount(), outcome, ever, now);
  }

  private static Rehearsal.Outcome rehearse(
      SchedulerOptions options, List<SchedulerEvent> present, PlannedWork work, Instant now) {
    var rehearsal = new Rehearsal(options, present, now);
    return work.queued()
        .map(queued -> rehearsal.job(queued.job(), queued.workload(), work.coming()))
        .orElseGet(() -> rehearsal.pods(work.coming()));
  }

  /** The short answer. */
  public Verdict verdict() {
    if (outcome.why().isEmpty()) {
      return Verdict.FITS_NOW;
    }
    if (!outcome.victims().isEmpty()) {
      return Verdict.NEEDS_PREEMPTION;
    }
    return everFits ? Verdict.WOULD_WAIT : Verdict.NEVER_FITS;
  }
}
