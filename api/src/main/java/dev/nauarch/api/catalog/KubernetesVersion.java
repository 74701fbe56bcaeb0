package dev.nauarch.api.catalog;

/**
 * A version of Kubernetes whose API is served, for example 1.37.
 *
 * @param major the first number
 * @param minor the second number
 */
public record KubernetesVersion(int major, int minor) implements Comparable<KubernetesVersion> {

  /** The newest that this build knows. */
  public static final KubernetesVersion NEWEST = new KubernetesVersion(1, 37);

  /** The oldest that this build can emulate. */
  public static final KubernetesVersion OLDEST = new KubernetesVersion(1, 36);

  /**
   * Reads {@code major.minor}.
   *
   * @throws IllegalArgumentException when it is not of that form
   */
  public static KubernetesVersion parse(String text) {
    var dot = text.indexOf('.');
    if (dot > 0) {
      try {
        return new KubernetesVersion(
            Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
      } catch (NumberFormatException notNumbers) {
        throw new IllegalArgumentException(notAVersion(text), notNumbers);
      }
    }
    throw new IllegalArgumentException(notAVersion(text));
  }

  /**
   * Reads a version whose API this build can serve.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static KubernetesVersion emulated(String text) {
    var version = parse(text);
    if (version.compareTo(OLDEST) < 0 || version.compareTo(NEWEST) > 0) {
      throw new IllegalArgumentException(
          "Kubernetes " + text + " can't be emulated: this is for " + OLDEST + " to " + NEWEST);
    }
    return version;
  }

  private static String notAVersion(String text) {
    return "\"" + text + "\" is not a version of Kubernetes such as " + NEWEST;
  }

  /**
   * Whether this version serves something.
   *
   * @param since the first version that does; empty for always
   * @param until the first that no longer does; empty for none
   */
  public boolean serves(String since, String until) {
    return has(since) && (until.isEmpty() || !has(until));
  }

  /** Whether this version is the given one or a later one; true of an empty one. */
  public boolean has(String since) {
    return since.isEmpty() || compareTo(parse(since)) >= 0;
  }

  @Override
  public int compareTo(KubernetesVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
