package dev.nauarch.apiserver.admission.security;

import dev.nauarch.apiserver.admission.security.PodSecurity.Exemptions;
import dev.nauarch.apiserver.admission.security.Standard.Level;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What holds for namespaces without labels, and who and what is not looked at. */
public final class PodSecuritySettings {

  /** Nothing is forbidden without labels, and all is looked at. */
  public static final PodSecuritySettings USUAL =
      new PodSecuritySettings(NamespacePolicy.OPEN, Exemptions.NONE);

  private static final String GROUP = "pod-security.admission.config.k8s.io/";
  private static final List<String> VERSIONS =
      List.of(GROUP + "v1", GROUP + "v1beta1", GROUP + "v1alpha1");

  private final NamespacePolicy defaults;
  private final Exemptions exemptions;

  private PodSecuritySettings(NamespacePolicy defaults, Exemptions exemptions) {
    this.defaults = defaults;
    this.exemptions = exemptions;
  }

  /** The usual ones but for who and what is not looked at. */
  static PodSecuritySettings exempting(Exemptions exemptions) {
    return new PodSecuritySettings(NamespacePolicy.OPEN, exemptions);
  }

  NamespacePolicy defaults() {
    return defaults;
  }

  Exemptions exemptions() {
    return exemptions;
  }

  /** Reads a PodSecurityConfiguration. */
  public static PodSecuritySettings read(Field file, Problems problems) {
    SettingsFile.knownFields(problems, file, "apiVersion", "kind", "defaults", "exemptions");
    if (!VERSIONS.contains(file.at("apiVersion").text())) {
      problems.notSupported(file.at("apiVersion"), VERSIONS);
    }
    if (!file.at("kind").is("PodSecurityConfiguration")) {
      problems.notSupported(file.at("kind"), List.of("PodSecurityConfiguration"));
    }
    var defaults = file.at("defaults");
    SettingsFile.knownFields(
        problems,
        defaults,
        "enforce",
        "enforce-version",
        "audit",
        "audit-version",
        "warn",
        "warn-version");
    var policy =
        new NamespacePolicy(
            standard(problems, defaults, "enforce"),
            standard(problems, defaults, "audit"),
            standard(problems, defaults, "warn"),
            List.of());
    var exempt = file.at("exemptions");
    SettingsFile.knownFields(problems, exempt, "usernames", "namespaces", "runtimeClasses");
    return new PodSecuritySettings(
        policy,
        new Exemptions(
            names(problems, exempt.at("namespaces"), NameRules::label),
            names(problems, exempt.at("usernames"), PodSecuritySettings::notEmpty),
            names(problems, exempt.at("runtimeClasses"), NameRules::subdomain)));
  }

  private static Standard standard(Problems problems, Field defaults, String mode) {
    var level = defaults.at(mode);
    var version = defaults.at(mode + "-version");
    var parsed = level.isEmpty() ? Optional.of(Level.PRIVILEGED) : Level.parse(level.text());
    var minor =
        version.isEmpty() ? Optional.of(Standard.LATEST) : Standard.parseVersion(version.text());
    if (parsed.isEmpty()) {
      problems.invalid(level, "must be one of privileged, baseline, restricted");
    }
    if (minor.isEmpty()) {
      problems.invalid(version, "must be \"latest\" or \"v1.x\"");
    }
    return new Standard(parsed.orElse(Level.PRIVILEGED), minor.orElse(Standard.LATEST));
  }

  private static Set<String> names(
      Problems problems, Field list, Function<String, Optional<String>> rule) {
    var names = new HashSet<String>();
    for (var item : list.items()) {
      var wrong = rule.apply(item.text());
      if (wrong.isPresent()) {
        problems.invalid(item, wrong.get());
      } else if (!names.add(item.text())) {
        problems.duplicate(item);
      }
    }
    return names;
  }

  private static Optional<String> notEmpty(String username) {
    return username.isEmpty() ? Optional.of("username must not be empty") : Optional.empty();
  }
}
