package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.admission.security.PodSecuritySettings;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads an AdmissionConfiguration: settings of parts of admission, of which only Pod Security has
 * any.
 */
public final class AdmissionFile {

  private static final List<String> VERSIONS =
      List.of("apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1");

  private AdmissionFile() {}

  /** What the file says of Pod Security: itself, or by another file. */
  private sealed interface Found {
    record Here(PodSecuritySettings settings) implements Found {}

    record There(String path) implements Found {}
  }

  /**
   * Reads a file.
   *
   * @throws IOException when it, or one that it names, can't be read
   * @throws IllegalArgumentException with all that is wrong with what they say
   */
  public static PodSecuritySettings read(Path file) throws IOException {
    var found = SettingsFile.read(file, AdmissionFile::find);
    if (found.isEmpty()) {
      return PodSecuritySettings.USUAL;
    }
    return switch (found.get()) {
      case Found.Here(var settings) -> settings;
      case Found.There(var path) ->
          SettingsFile.read(file.toAbsolutePath().resolveSibling(path), PodSecuritySettings::read);
    };
  }

  private static Optional<Found> find(Field file, Problems problems) {
    SettingsFile.knownFields(problems, file, "apiVersion", "kind", "plugins");
    if (!VERSIONS.contains(file.at("apiVersion").text())) {
      problems.notSupported(file.at("apiVersion"), VERSIONS);
    }
    if (!file.at("kind").is("AdmissionConfiguration")) {
      problems.notSupported(file.at("kind"), List.of("AdmissionConfiguration"));
    }
    var plugins = file.at("plugins").items();
    problems.unique(plugins.stream().map(plugin -> plugin.at("name")).toList());
    Optional<Found> found = Optional.empty();
    for (var plugin : plugins) {
      found = Optional.of(one(plugin, problems));
    }
    return found;
  }

  private static Found one(Field plugin, Problems problems) {
    SettingsFile.knownFields(problems, plugin, "name", "path", "configuration");
    problems.requireOneOf(plugin.at("name"), AdmissionPlugins.POD_SECURITY);
    var configuration = plugin.at("configuration");
    if (configuration.isPresent()) {
      return new Found.Here(PodSecuritySettings.read(configuration, problems));
    }
    problems.require(plugin.at("path"));
    return new Found.There(plugin.at("path").text());
  }
}
