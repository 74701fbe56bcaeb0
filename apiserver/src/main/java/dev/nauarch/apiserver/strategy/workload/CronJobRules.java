package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.cron.CronSchedule;
import dev.nauarch.api.cron.CronSyntaxException;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The rules of cron jobs. */
final class CronJobRules {

  /** A job's name is the cron job's and eleven characters more. */
  private static final int NAME_MAX = 52;

  private static final String ZONE = "TZ";
  private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");

  private CronJobRules() {}

  static void create(Problems problems, Field cronJob) {
    var spec = cronJob.at("spec");
    schedule(problems, spec, false);
    zone(problems, spec.at("timeZone"));
    check(problems, spec);
    var name = cronJob.at("metadata", "name");
    if (name.text().length() > NAME_MAX) {
      problems.invalid(name, "must be no more than " + NAME_MAX + " characters");
    }
  }

  static void update(Problems problems, Field cronJob, Field old) {
    var spec = cronJob.at("spec");
    schedule(problems, spec, old.at("spec", "schedule").text().contains(ZONE));
    if (!spec.at("timeZone").hasValueOf(old.at("spec", "timeZone"))) {
      zone(problems, spec.at("timeZone"));
    }
    check(problems, spec);
  }

  static List<String> warnings(Field cronJob, Field old) {
    var warnings = new ArrayList<>(ControllerRules.nameWarning(cronJob, old));
    if (!old.isEmpty() && cronJob.at("spec", "schedule").text().contains(ZONE)) {
      warnings.add(
          "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
              + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more"
              + " details");
    }
    return warnings;
  }

  private static void schedule(Problems problems, Field spec, boolean mayNameZone) {
    var schedule = spec.at("schedule");
    if (!problems.require(schedule)) {
      return;
    }
    try {
      CronSchedule.parse(schedule.text());
    } catch (CronSyntaxException e) {
      problems.invalid(schedule, String.valueOf(e.getMessage()));
    }
    if (!schedule.text().contains(ZONE)) {
      return;
    }
    if (!mayNameZone) {
      problems.invalid(
          schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
    } else if (spec.at("timeZone").isPresent()) {
      problems.invalid(schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
    }
  }

  private static void zone(Problems problems, Field zone) {
    if (!zone.isPresent()) {
      return;
    }
    if (zone.text().isEmpty()) {
      problems.invalid(zone, "timeZone must be nil or non-empty string");
      return;
    }
    var unknown = "unknown time zone " + zone.text();
    for (var part : zone.text().split("/", -1)) {
      boolean isName = ZONE_PART.matcher(part).matches() && !part.startsWith("-");
      if (!isName || part.equals(".") || part.equals("..")) {
        problems.invalid(zone, unknown);
        return;
      }
    }
    if (zone.text().toLowerCase(Locale.ROOT).equals("local")) {
      problems.invalid(
          zone,
          "timeZone must be an explicit time zone as defined in"
              + " https://www.iana.org/time-zones");
    } else if (CronSchedule.zone(zone.text()).isEmpty()) {
      problems.invalid(zone, unknown);
    }
  }

  private static void check(Problems problems, Field spec) {
    problems.notNegative(spec.at("startingDeadlineSeconds"));
    problems.requireOneOf(spec.at("concurrencyPolicy"), "Allow", "Forbid", "Replace");
    var job = spec.at("jobTemplate", "spec");
    JobRules.checkSpec(problems, job);
    if (job.at("selector").isPresent()) {
      problems.invalid(job.at("selector"), "`selector` will be auto-generated");
    }
    if (job.at("manualSelector").flag(false)) {
      problems.notSupported(job.at("manualSelector"), List.of("nil", "false"));
    }
    problems.notNegative(spec.at("successfulJobsHistoryLimit"), spec.at("failedJobsHistoryLimit"));
  }
}
