package dev.nauarch.scheduling;

import java.time.Duration;

/**
 * Settings of the scheduler.
 *
 * @param name the scheduler name by which pods choose it
 * @param backoffFirst how long something that could not be placed waits at least
 * @param backoffMax how long at most, after doubling
 * @param parkedMax after which time something that nothing has helped is tried anyway
 */
public record SchedulerOptions(
    String name, Duration backoffFirst, Duration backoffMax, Duration parkedMax) {

  /** The default scheduler of Kubernetes. */
  public static final SchedulerOptions DEFAULT =
      new SchedulerOptions(
          "default-scheduler",
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5));
}
