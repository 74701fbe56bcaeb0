package dev.nauarch.expression.library;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;

/**
 * A semantic version (semver.org, 2.0).
 *
 * @param major breaks
 * @param minor adds
 * @param patch fixes
 * @param prerelease the parts after a hyphen; empty for a release
 * @param build the parts after a plus sign, which do not count in comparisons
 */
public record Semver(
    long major, long minor, long patch, List<String> prerelease, List<String> build)
    implements Comparable<Semver> {

  private static final Pattern FORM =
      Pattern.compile(
          "(0|[1-9][0-9]{0,17})\\.(0|[1-9][0-9]{0,17})\\.(0|[1-9][0-9]{0,17})"
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?"
              + "(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");
  private static final Pattern LENIENT =
      Pattern.compile("v?([0-9]{1,18})(?:\\.([0-9]{1,18}))?(?:\\.([0-9]{1,18}))?([-+].*)?");
  private static final Pattern LEADING_ZERO = Pattern.compile("0[0-9]+");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern DOT = Pattern.compile("\\.");

  /** Reads a version; empty for text of another form. */
  public static Optional<Semver> parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    var prerelease = parts(match.group(4));
    if (prerelease.stream().anyMatch(LEADING_ZERO::matches)) {
      return Optional.empty();
    }
    return Optional.of(
        new Semver(
            Long.parseLong(match.group(1)),
            Long.parseLong(match.group(2)),
            Long.parseLong(match.group(3)),
            prerelease,
            parts(match.group(5))));
  }

  /** Reads a version that may begin with a v, have leading zeros, and lack its last numbers. */
  public static Optional<Semver> parseLenient(String text) {
    var match = LENIENT.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    var rest = match.group(4);
    return parse(
        number(match.group(1))
            + "."
            + number(match.group(2))
            + "."
            + number(match.group(3))
            + (rest == null ? "" : rest));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static List<String> parts(String text) {
    return text == null ? List.of() : List.of(DOT.split(text));
  }

  @Override
  public int compareTo(Semver other) {
    var byNumber = Long.compare(major, other.major);
    byNumber = byNumber != 0 ? byNumber : Long.compare(minor, other.minor);
    byNumber = byNumber != 0 ? byNumber : Long.compare(patch, other.patch);
    if (byNumber != 0) {
      return byNumber;
    }
    if (prerelease.isEmpty() || other.prerelease.isEmpty()) {
      return Boolean.compare(prerelease.isEmpty(), other.prerelease.isEmpty());
    }
    for (var i = 0; i < Math.min(prerelease.size(), other.prerelease.size()); i++) {
      var byPart = comparePart(prerelease.get(i), other.prerelease.get(i));
      if (byPart != 0) {
        return byPart;
      }
    }
    return Integer.compare(prerelease.size(), other.prerelease.size());
  }

  /** Numbers by value, before words; words by their letters. */
  private static int comparePart(String left, String right) {
    var leftIsNumber = DIGITS.matches(left);
    var rightIsNumber = DIGITS.matches(right);
    if (leftIsNumber && rightIsNumber) {
      var byLength = Integer.compare(left.length(), right.length());
      return byLength != 0 ? byLength : left.compareTo(right);
    }
    return leftIsNumber != rightIsNumber ? (leftIsNumber ? -1 : 1) : left.compareTo(right);
  }
}
