package dev.nauarch.apiserver.admission.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A level of the Pod Security Standards as it was in one version of Kubernetes.
 *
 * @param level how strict it is
 * @param minor the version 1.{@code minor}; {@link #LATEST} for the newest
 */
record Standard(Level level, int minor) {

  static final int LATEST = Integer.MAX_VALUE;
  private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");

  /** From nothing forbidden to the most. */
  enum Level {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    static Optional<Level> parse(String text) {
      return Arrays.stream(values()).filter(level -> level.text().equals(text)).findFirst();
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads {@code latest} or {@code v1.36}. */
  static Optional<Integer> parseVersion(String text) {
    if (text.equals("latest")) {
      return Optional.of(LATEST);
    }
    var match = VERSION.matcher(text);
    return match.matches() ? Optional.of(Integer.parseInt(match.group(1))) : Optional.empty();
  }

  boolean isPrivileged() {
    return level == Level.PRIVILEGED;
  }

  /** Whether both allow the same, whatever the version in which nothing is forbidden. */
  boolean allowsAs(Standard other) {
    return equals(other) || (isPrivileged() && other.isPrivileged());
  }

  @Override
  public String toString() {
    return level.text() + ":" + (minor == LATEST ? "latest" : "v1." + minor);
  }
}
