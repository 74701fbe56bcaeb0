package dev.nauarch.apiserver.discovery;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of API versions: stable before beta before alpha, then the higher number. */
public final class ApiVersions {

  private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

  /** The version that a client should use first; names of another form come last, by alphabet. */
  public static final Comparator<String> PREFERRED_FIRST =
      Comparator.comparingInt(ApiVersions::stability)
          .thenComparingInt(version -> -number(version, 1))
          .thenComparingInt(version -> -number(version, 3))
          .thenComparing(Comparator.naturalOrder());

  private ApiVersions() {}

  private static int stability(String version) {
    var parts = FORM.matcher(version);
    if (!parts.matches()) {
      return 3;
    }
    return switch (parts.group(2)) {
      case null -> 0;
      case "beta" -> 1;
      default -> 2;
    };
  }

  private static int number(String version, int group) {
    Matcher parts = FORM.matcher(version);
    if (!parts.matches() || parts.group(group) == null) {
      return 0;
    }
    return Integer.parseInt(parts.group(group));
  }
}
