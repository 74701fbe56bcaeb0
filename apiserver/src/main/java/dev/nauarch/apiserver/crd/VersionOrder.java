package dev.nauarch.apiserver.crd;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of a group's versions: stable ones before beta before alpha, later before earlier, and
 * names of any other form last, by their letters.
 */
public final class VersionOrder {

  /** The order in which discovery lists versions; the first is the preferred one. */
  public static final Comparator<String> NEWEST_FIRST = VersionOrder::compare;

  private static final Pattern FORM =
      Pattern.compile("v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?");

  private VersionOrder() {}

  private static int compare(String left, String right) {
    var a = FORM.matcher(left);
    var b = FORM.matcher(right);
    var leftFits = a.matches();
    var rightFits = b.matches();
    if (!leftFits || !rightFits) {
      return leftFits == rightFits ? left.compareTo(right) : leftFits ? -1 : 1;
    }
    var byStability = Integer.compare(stability(b), stability(a));
    if (byStability != 0) {
      return byStability;
    }
    var byMajor = Long.compare(number(b, 1), number(a, 1));
    return byMajor != 0 ? byMajor : Long.compare(number(b, 3), number(a, 3));
  }

  private static int stability(Matcher version) {
    var word = version.group(2);
    return word == null ? 2 : word.equals("beta") ? 1 : 0;
  }

  private static long number(Matcher version, int group) {
    var digits = version.group(group);
    return digits == null ? 0 : Long.parseLong(digits.substring(0, Math.min(digits.length(), 18)));
  }
}
