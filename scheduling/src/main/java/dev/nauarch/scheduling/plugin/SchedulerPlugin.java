package dev.nauarch.scheduling.plugin;

import java.util.Optional;

/**
 * A rule or a score for nodes, found by {@link java.util.ServiceLoader}. Each profile that switches
 * it on makes filters and scores of its own of it.
 */
public interface SchedulerPlugin {

  /** Its name in a profile, and in what is said of pods that it keeps from nodes. */
  String name();

  /**
   * The rule that it has, if it has one.
   *
   * @param args what the profile says to it
   * @throws IllegalArgumentException it can't do with that; the message says why
   */
  default Optional<NodeFilter> filter(PluginArgs args) {
    return Optional.empty();
  }

  /**
   * The score that it has, if it has one.
   *
   * @param args what the profile says to it
   * @throws IllegalArgumentException it can't do with that; the message says why
   */
  default Optional<NodeScore> score(PluginArgs args) {
    return Optional.empty();
  }
}
