package dev.nauarch.reconcile.cron;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.cron.CronSchedule;
import dev.nauarch.api.cron.CronSyntaxException;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.job.JobReconciler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the Jobs of a CronJob when their time comes, one for each time. A Job is named after its
 * time, so that no time has two. Hours are counted in UTC where the CronJob names no time zone.
 */
public final class CronJobReconciler implements Reconciler {

  /** When a Job was to start, as RFC 3339. */
  static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

  private static final long MISSED_MAX = 100;
  private static final int SECONDS_PER_MINUTE = 60;

  /** A clock that is a little behind must not find that the time has not come yet. */
  private static final Duration LATE = Duration.ofMillis(100);

  @Override
  public String name() {
    return "cronjob-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.CRON_JOBS), Trigger.child(Resources.JOBS, Resources.CRON_JOBS));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.CRON_JOBS, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var cronJob = found.get();
    var jobs =
        world.ownedBy(Resources.JOBS, cronJob.getMetadata().getUid()).stream()
            .filter(job -> Owners.isControlledBy(job, cronJob))
            .toList();
    var draft = new PlanDraft();
    var history = new JobHistory(draft, cronJob, jobs);
    var status = history.status();
    if (cronJob.getMetadata().getDeletionTimestamp() == null) {
      history.clean();
      status = started(draft, cronJob, status, world, now);
    }
    var old = statusOf(cronJob);
    if (!status.equals(old)) {
      draft.updateStatus(Resources.CRON_JOBS, cronJob.edit().withStatus(status).build());
    }
    return draft.plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    return PlanDraft.failedCreate(
        world.get(Resources.CRON_JOBS, key), command, "Error creating job: " + why);
  }

  static CronJobStatus statusOf(CronJob cronJob) {
    return cronJob.getStatus() == null ? new CronJobStatus() : cronJob.getStatus();
  }

  /** Starts what is due, and gives the status after that. */
  private static CronJobStatus started(
      PlanDraft draft, CronJob cronJob, CronJobStatus status, Snapshot world, Instant now) {
    if (Boolean.TRUE.equals(cronJob.getSpec().getSuspend())) {
      return status;
    }
    var zone = zone(draft, cronJob);
    var schedule = schedule(draft, cronJob);
    if (zone.isEmpty() || schedule.isEmpty()) {
      return status;
    }
    try {
      var due = due(draft, cronJob, status, schedule.get(), zone.get(), now);
      wakeAtNext(draft, status, due, cronJob, schedule.get(), zone.get(), now);
      return due.isPresent() ? start(draft, cronJob, status, due.get(), zone.get(), world) : status;
    } catch (Missed.NoTimesException e) {
      draft.warning(
          cronJob,
          "InvalidSchedule",
          "invalid schedule: %s : %s".formatted(cronJob.getSpec().getSchedule(), e.getMessage()));
      return status;
    }
  }

  private static Optional<ZoneId> zone(PlanDraft draft, CronJob cronJob) {
    var name = cronJob.getSpec().getTimeZone();
    if (name == null || name.isEmpty()) {
      return Optional.of(ZoneOffset.UTC);
    }
    var zone = CronSchedule.zone(name);
    if (zone.isEmpty()) {
      draft.warning(
          cronJob,
          "UnknownTimeZone",
          "invalid timeZone: \"%1$s\": unknown time zone %1$s".formatted(name));
    }
    return zone;
  }

  private static Optional<CronSchedule> schedule(PlanDraft draft, CronJob cronJob) {
    var text = cronJob.getSpec().getSchedule();
    try {
      return Optional.of(CronSchedule.parse(text));
    } catch (CronSyntaxException e) {
      draft.warning(
          cronJob,
          "UnparseableSchedule",
          "unparseable schedule: \"%s\" : %s".formatted(text, e.getMessage()));
      return Optional.empty();
    }
  }

  private static Instant lastTime(CronJob cronJob, CronJobStatus status) {
    var last = status.getLastScheduleTime();
    return Times.parse(last == null ? cronJob.getMetadata().getCreationTimestamp() : last);
  }

  /** The last time that has come and not been seen to. */
  private static Optional<Instant> due(
      PlanDraft draft,
      CronJob cronJob,
      CronJobStatus status,
      CronSchedule schedule,
      ZoneId zone,
      Instant now)
      throws Missed.NoTimesException {
    var from = lastTime(cronJob, status);
    var deadline = cronJob.getSpec().getStartingDeadlineSeconds();
    if (deadline != null && now.minusSeconds(deadline).isAfter(from)) {
      from = now.minusSeconds(deadline);
    }
    var missed = Missed.between(schedule, zone, from, now);
    if (missed.last().isPresent() && missed.count() > MISSED_MAX) {
      draft.warning(
          cronJob,
          "TooManyMissedTimes",
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check"
              + " clock skew");
    }
    return missed.last();
  }

  private static void wakeAtNext(
      PlanDraft draft,
      CronJobStatus status,
      Optional<Instant> due,
      CronJob cronJob,
      CronSchedule schedule,
      ZoneId zone,
      Instant now) {
    var last = due.orElseGet(() -> lastTime(cronJob, status));
    schedule
        .after(last, zone)
        .filter(time -> time.isAfter(now))
        .or(() -> schedule.after(now, zone))
        .ifPresent(time -> draft.wakeAt(time.plus(LATE)));
  }

  private static CronJobStatus start(
      PlanDraft draft,
      CronJob cronJob,
      CronJobStatus status,
      Instant time,
      ZoneId zone,
      Snapshot world) {
    var job = job(cronJob, time, zone);
    var name = job.getMetadata().getName();
    var seen = new CronJobStatusBuilder(status).withLastScheduleTime(Times.format(time)).build();
    var there = world.get(Resources.JOBS, ObjectKey.of(job));
    if (there.isPresent()) {
      return Owners.isControlledBy(there.get(), cronJob) ? seen : status;
    }
    var policy = cronJob.getSpec().getConcurrencyPolicy();
    if ("Forbid".equals(policy) && !status.getActive().isEmpty()) {
      draft.normal(
          cronJob,
          "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid");
      return status;
    }
    var active = List.copyOf(status.getActive());
    if ("Replace".equals(policy)) {
      for (var running : active) {
        world
            .get(Resources.JOBS, new ObjectKey(running.getNamespace(), running.getName()))
            .filter(each -> !JobReconciler.hasEnded(each))
            .ifPresent(each -> JobHistory.delete(draft, cronJob, each));
      }
      active = List.of();
    }
    draft.create(Resources.JOBS, job);
    draft.normal(cronJob, "SuccessfulCreate", "Created job " + name);
    return seen.edit().withActive(active).build();
  }

  private static Job job(CronJob cronJob, Instant time, ZoneId zone) {
    var template = cronJob.getSpec().getJobTemplate();
    var metadata = template.getMetadata();
    var annotations = new TreeMap<String, String>();
    var labels = new TreeMap<String, String>();
    if (metadata != null && metadata.getAnnotations() != null) {
      annotations.putAll(metadata.getAnnotations());
    }
    if (metadata != null && metadata.getLabels() != null) {
      labels.putAll(metadata.getLabels());
    }
    annotations.put(
        SCHEDULED,
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(ZonedDateTime.ofInstant(time, zone)));
    return new JobBuilder()
        .withNewMetadata()
        .withNamespace(cronJob.getMetadata().getNamespace())
        .withName(
            cronJob.getMetadata().getName() + "-" + time.getEpochSecond() / SECONDS_PER_MINUTE)
        .withLabels(labels)
        .withAnnotations(annotations)
        .withOwnerReferences(Owners.controller(cronJob))
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }
}
