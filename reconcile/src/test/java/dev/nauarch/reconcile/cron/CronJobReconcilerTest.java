package dev.nauarch.reconcile.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Time begins at the midnight of a new year, in UTC. */
final class CronJobReconcilerTest {

  private static final ObjectKey KEY = new ObjectKey("default", "report");

  private final World world = new World();
  private final CronJobReconciler controller = new CronJobReconciler();

  private void add(String schedule, UnaryOperator<CronJobSpecBuilder> change) {
    var spec =
        new CronJobSpecBuilder()
            .withSchedule(schedule)
            .withConcurrencyPolicy("Allow")
            .withSuccessfulJobsHistoryLimit(3)
            .withFailedJobsHistoryLimit(1)
            .withNewJobTemplate()
            .withNewMetadata()
            .addToLabels("app", "report")
            .addToAnnotations("by", "hand")
            .endMetadata()
            .withNewSpec()
            .withCompletions(1)
            .endSpec()
            .endJobTemplate();
    world.add(
        Resources.CRON_JOBS,
        new CronJobBuilder()
            .withNewMetadata()
            .withName("report")
            .endMetadata()
            .withSpec(change.apply(spec).build())
            .build());
    world.settle(controller);
  }

  private void passMinutes(int minutes) {
    world.pass(Duration.ofMinutes(minutes));
    world.settle(controller);
  }

  private void end(String job, String condition) {
    world.change(
        Resources.JOBS,
        job,
        (Job each) ->
            each.edit()
                .editOrNewStatus()
                .withStartTime(Times.format(world.now()))
                .withCompletionTime(condition.equals("Complete") ? Times.format(world.now()) : null)
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
    world.settle(controller);
  }

  private List<String> jobs() {
    return world.list(Resources.JOBS).stream().map(job -> job.getMetadata().getName()).toList();
  }

  private CronJob cronJob() {
    return world.get(Resources.CRON_JOBS, KEY).orElseThrow();
  }

  private List<String> active() {
    return cronJob().getStatus().getActive().stream().map(each -> each.getName()).toList();
  }

  @Test
  void eachTimeHasItsJob() {
    add("*/5 * * * *", spec -> spec);
    assertEquals(List.of(), jobs());
    assertEquals("2026-01-01T00:05:00.100Z", world.wakeAt().toString());
    passMinutes(5);
    assertEquals(List.of("report-29453765"), jobs());
    assertEquals(jobs(), active());
    assertEquals("2026-01-01T00:05:00Z", cronJob().getStatus().getLastScheduleTime());
    assertEquals("2026-01-01T00:10:00.100Z", world.wakeAt().toString());
    var job = world.list(Resources.JOBS).getFirst();
    assertEquals(Map.of("app", "report"), job.getMetadata().getLabels());
    assertEquals(
        Map.of(
            "by",
            "hand",
            "batch.kubernetes.io/cronjob-scheduled-timestamp",
            "2026-01-01T00:05:00Z"),
        job.getMetadata().getAnnotations());
    assertTrue(world.events().contains("SuccessfulCreate: Created job report-29453765"));
    passMinutes(5);
    assertEquals(2, jobs().size());
    assertEquals(jobs(), active());
  }

  @Test
  void hoursAreThoseOfTheTimeZone() {
    add("30 9 * * *", spec -> spec.withTimeZone("Asia/Tokyo"));
    passMinutes(30);
    var job = world.list(Resources.JOBS).getFirst();
    assertEquals(
        "2026-01-01T09:30:00+09:00",
        job.getMetadata().getAnnotations().get("batch.kubernetes.io/cronjob-scheduled-timestamp"));
  }

  @Test
  void jobsThatEndAreNoLongerActiveAndOnlyTheLastStay() {
    add("* * * * *", spec -> spec);
    for (var minute = 1; minute <= 5; minute++) {
      passMinutes(1);
      end(jobs().getLast(), "Complete");
    }
    assertEquals(List.of(), active());
    assertEquals(List.of("report-29453763", "report-29453764", "report-29453765"), jobs());
    assertEquals("2026-01-01T00:05:00Z", cronJob().getStatus().getLastSuccessfulTime());
    assertTrue(
        world
            .events()
            .contains("SawCompletedJob: Saw completed job: report-29453761, condition: Complete"));
    passMinutes(1);
    end(jobs().getLast(), "Failed");
    passMinutes(1);
    end(jobs().getLast(), "Failed");
    assertEquals(
        List.of("report-29453763", "report-29453764", "report-29453765", "report-29453767"),
        jobs());
  }

  @Test
  void forbidWaitsForTheJobBefore() {
    add("* * * * *", spec -> spec.withConcurrencyPolicy("Forbid"));
    passMinutes(1);
    world.pass(Duration.ofMinutes(1));
    world.act(controller, KEY);
    assertEquals(List.of("report-29453761"), jobs());
    assertTrue(world.events().getLast().startsWith("JobAlreadyActive: "), world.events()::toString);
    end("report-29453761", "Complete");
    assertEquals(List.of("report-29453762"), active());
  }

  @Test
  void replaceDeletesTheJobBefore() {
    add("* * * * *", spec -> spec.withConcurrencyPolicy("Replace"));
    passMinutes(1);
    passMinutes(1);
    assertEquals(List.of("report-29453762"), jobs());
    assertEquals(jobs(), active());
    assertTrue(world.events().contains("SuccessfulDelete: Deleted job report-29453761"));
  }

  @Test
  void whatIsSuspendedStartsNothing() {
    add("* * * * *", spec -> spec.withSuspend(true));
    passMinutes(10);
    assertEquals(List.of(), jobs());
    world.change(
        Resources.CRON_JOBS,
        "report",
        (CronJob each) -> each.edit().editSpec().withSuspend(false).endSpec().build());
    world.settle(controller);
    assertEquals(List.of("report-29453770"), jobs());
  }

  @Test
  void ofMissedTimesTheLastStarts() {
    add("0 * * * *", spec -> spec);
    passMinutes(60 * 5 + 10);
    assertEquals(List.of("report-29454060"), jobs());
    world.pass(Duration.ofDays(400));
    world.act(controller, KEY);
    assertEquals(2, jobs().size());
    assertTrue(world.events().stream().anyMatch(event -> event.startsWith("TooManyMissedTimes: ")));
  }

  @Test
  void whatIsTooLateDoesNotStart() {
    add("0 * * * *", spec -> spec.withStartingDeadlineSeconds(60L));
    passMinutes(62);
    assertEquals(List.of(), jobs());
    assertEquals("2026-01-01T02:00:00.100Z", world.wakeAt().toString());
    passMinutes(58);
    assertEquals(List.of("report-29453880"), jobs());
  }

  @Test
  void aScheduleThatNeverComesIsToldOf() {
    add("* * * * *", spec -> spec.withSuspend(true));
    world.change(
        Resources.CRON_JOBS,
        "report",
        (CronJob each) ->
            each.edit().editSpec().withSuspend(false).withSchedule("0 0 31 2 *").endSpec().build());
    world.act(controller, KEY);
    assertTrue(world.events().getLast().startsWith("InvalidSchedule: "), world.events()::toString);
    world.change(
        Resources.CRON_JOBS,
        "report",
        (CronJob each) ->
            each.edit()
                .editSpec()
                .withSchedule("* * * * *")
                .withTimeZone("Mars/One")
                .endSpec()
                .build());
    world.act(controller, KEY);
    assertEquals(
        "UnknownTimeZone: invalid timeZone: \"Mars/One\": unknown time zone Mars/One",
        world.events().getLast());
  }

  @Test
  void aJobThatIsGoneIsNoLongerActive() {
    add("0 * * * *", spec -> spec);
    passMinutes(60);
    world.delete(Resources.JOBS, new ObjectKey("default", "report-29453820"), "");
    world.settle(controller);
    assertEquals(List.of(), active());
    assertEquals(List.of(), jobs());
    assertTrue(world.events().contains("MissingJob: Active job went missing: report-29453820"));
    assertNull(cronJob().getStatus().getLastSuccessfulTime());
  }

  @Test
  void aRefusedJobIsToldOf() {
    add("* * * * *", spec -> spec);
    world.pass(Duration.ofMinutes(1));
    world.refuse(Resources.JOBS, "no room");
    world.act(controller, KEY);
    assertEquals("FailedCreate: Error creating job: no room", world.events().getLast());
    assertNull(CronJobReconciler.statusOf(cronJob()).getLastScheduleTime());
    world.refuse(Resources.JOBS, null);
    world.settle(controller);
    assertEquals(1, jobs().size());
  }
}
