package dev.nauarch.launcher.scheduler;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.Profile;
import dev.nauarch.scheduling.plugin.SchedulerPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * A {@code KubeSchedulerConfiguration} of Kubernetes, as far as it is acted upon; everything else
 * in it is refused, so that nobody relies on it.
 */
public final class SchedulerFile {

  private static final String VERSION = "kubescheduler.config.k8s.io/v1";
  private static final String KIND = "KubeSchedulerConfiguration";
  private static final long SECONDS_MAX = 3_600;

  private final Problems problems;
  private final SortedMap<String, SchedulerPlugin> plugins;

  private SchedulerFile(Problems problems, SortedMap<String, SchedulerPlugin> plugins) {
    this.problems = problems;
    this.plugins = plugins;
  }

  /**
   * Reads a file.
   *
   * @param plugins those of the user, by name
   * @throws IOException when it can't be read
   * @throws IllegalArgumentException with all that is wrong with what it says
   */
  public static SchedulerOptions read(Path file, SortedMap<String, SchedulerPlugin> plugins)
      throws IOException {
    return SettingsFile.read(
        file, (root, problems) -> new SchedulerFile(problems, plugins).options(root));
  }

  private SchedulerOptions options(Field file) {
    SettingsFile.knownFields(
        problems,
        file,
        "apiVersion",
        "kind",
        "profiles",
        "extenders",
        "podInitialBackoffSeconds",
        "podMaxBackoffSeconds");
    if (!file.at("apiVersion").is(VERSION)) {
      problems.notSupported(file.at("apiVersion"), List.of(VERSION));
    }
    if (!file.at("kind").is(KIND)) {
      problems.notSupported(file.at("kind"), List.of(KIND));
    }
    var ofDefault = SchedulerOptions.DEFAULT;
    var first = seconds(file.at("podInitialBackoffSeconds"), ofDefault.backoffFirst());
    var most = seconds(file.at("podMaxBackoffSeconds"), ofDefault.backoffMax());
    if (most.compareTo(first) < 0) {
      problems.invalid(
          file.at("podMaxBackoffSeconds"), "must not be less than podInitialBackoffSeconds");
    }
    var profiles = new ArrayList<Profile>();
    for (var item : file.at("profiles").items()) {
      var profile = new ProfileReader(problems, plugins).read(item);
      if (profiles.stream().anyMatch(one -> one.name().equals(profile.name()))) {
        problems.duplicate(item.at("schedulerName"));
      } else {
        profiles.add(profile);
      }
    }
    var extenders = new ExtenderReader(problems);
    file.at("extenders").items().forEach(extenders::read);
    return problems.errors().isEmpty()
        ? new SchedulerOptions(
            (profiles.isEmpty() ? ofDefault.profiles() : profiles)
                .stream().map(profile -> profile.ignoring(extenders.ignoredResources())).toList(),
            first,
            most,
            ofDefault.parkedMax(),
            extenders.extenders())
        : ofDefault;
  }

  private Duration seconds(Field field, Duration otherwise) {
    if (!field.isPresent()) {
      return otherwise;
    }
    problems.range(field, 1, SECONDS_MAX);
    return Duration.ofSeconds(field.number(1));
  }
}
