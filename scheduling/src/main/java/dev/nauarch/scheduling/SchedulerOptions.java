package dev.nauarch.scheduling;

import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.model.Profile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the scheduler.
 *
 * @param profiles at least one; the first is for pods that name none
 * @param backoffFirst how long something that could not be placed waits at least
 * @param backoffMax how long at most, after doubling
 * @param parkedMax after which time something that nothing has helped is tried anyway
 * @param extenders who is asked about pods, in this order
 */
public record SchedulerOptions(
    List<Profile> profiles,
    Duration backoffFirst,
    Duration backoffMax,
    Duration parkedMax,
    List<Extender> extenders) {

  /** The default scheduler of Kubernetes. */
  public static final SchedulerOptions DEFAULT =
      new SchedulerOptions(
          List.of(Profile.of("default-scheduler")),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5));

  /** Options without extenders. */
  public SchedulerOptions(
      List<Profile> profiles, Duration backoffFirst, Duration backoffMax, Duration parkedMax) {
    this(profiles, backoffFirst, backoffMax, parkedMax, List.of());
  }

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException there is no profile, or two have one name
   */
  public SchedulerOptions {
    profiles = List.copyOf(profiles);
    extenders = List.copyOf(extenders);
    if (profiles.isEmpty()
        || profiles.stream().map(Profile::name).distinct().count() < profiles.size()) {
      throw new IllegalArgumentException("a scheduler needs profiles, each of its own name");
    }
  }

  /** Who says to have done what it does. */
  public String name() {
    return profiles.getFirst().name();
  }

  /** Whether anybody looks at annotations of pods and nodes. */
  public boolean looksAtAnnotations() {
    return profiles.stream().anyMatch(profile -> !profile.policy().plugins().isEmpty());
  }

  /** The profile of pods that name this scheduler; none where they are another's. */
  public Optional<Profile> profile(String scheduler) {
    return scheduler.isEmpty()
        ? Optional.of(profiles.getFirst())
        : profiles.stream().filter(one -> one.name().equals(scheduler)).findFirst();
  }
}
