package dev.nauarch.apiserver.admission.security;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.admission.security.Standard.Level;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a namespace wants of its pods.
 *
 * @param enforce what pods must keep
 * @param audit what is written down of those that don't
 * @param warn what users are warned of
 * @param errors what is wrong with the labels
 */
record NamespacePolicy(Standard enforce, Standard audit, Standard warn, List<FieldError> errors) {

  static final String LABEL = "pod-security.kubernetes.io/";

  /** Nothing is forbidden. */
  static final NamespacePolicy OPEN = open();

  private static NamespacePolicy open() {
    var all = new Standard(Level.PRIVILEGED, Standard.LATEST);
    return new NamespacePolicy(all, all, all, List.of());
  }

  /** Reads the labels of a namespace. */
  static NamespacePolicy of(JsonNode labels, NamespacePolicy defaults) {
    if (labels.isEmpty()) {
      return defaults;
    }
    var reading = new Reading(labels, new ArrayList<>());
    // An enforced level that can't be read is the strictest; of the others, it is none.
    var enforce = reading.standard("enforce", defaults.enforce, Level.RESTRICTED);
    var audit = reading.standard("audit", defaults.audit, Level.PRIVILEGED);
    var warn = reading.standard("warn", defaults.warn, Level.PRIVILEGED);
    boolean isEnforced = reading.level("enforce").isPresent();
    if (isEnforced && !labels.has(LABEL + "warn") && enforce.level().compareTo(warn.level()) > 0) {
      boolean hasVersion = labels.has(LABEL + "warn-version");
      warn = new Standard(enforce.level(), hasVersion ? warn.minor() : enforce.minor());
    }
    return new NamespacePolicy(enforce, audit, warn, List.copyOf(reading.errors));
  }

  /** Whether nothing is forbidden, warned of or written down. */
  boolean isOpen() {
    return enforce.isPrivileged() && audit.isPrivileged() && warn.isPrivileged();
  }

  /** Whether another policy allows the same. */
  boolean allowsAs(NamespacePolicy other) {
    return enforce.allowsAs(other.enforce)
        && audit.allowsAs(other.audit)
        && warn.allowsAs(other.warn);
  }

  private record Reading(JsonNode labels, List<FieldError> errors) {

    Optional<Level> level(String mode) {
      return Level.parse(labels.path(LABEL + mode).asString(""));
    }

    Standard standard(String mode, Standard byDefault, Level otherwise) {
      var level = byDefault.level();
      if (labels.has(LABEL + mode)) {
        level = level(mode).orElse(otherwise);
        if (level(mode).isEmpty()) {
          refuse(mode, "must be one of privileged, baseline, restricted");
        }
      }
      int minor = byDefault.minor();
      var name = mode + "-version";
      if (labels.has(LABEL + name)) {
        var version = Standard.parseVersion(labels.path(LABEL + name).asString(""));
        minor = version.orElse(Standard.LATEST);
        if (version.isEmpty()) {
          refuse(name, "must be \"latest\" or \"v1.x\"");
        }
      }
      return new Standard(level, minor);
    }

    private void refuse(String name, String why) {
      var value = Json.quoted(labels.path(LABEL + name).asString(""));
      errors.add(FieldError.invalid("metadata.labels[" + LABEL + name + "]", value, why));
    }
  }
}
