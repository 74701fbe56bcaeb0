package dev.nauarch.apiserver.admission.security;

import dev.nauarch.apiserver.admission.security.Standard.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that a level forbids, since which version of Kubernetes, and how in each.
 *
 * @param id tells it from others, and gives their order within a level
 * @param level the level that has it; so has every stricter one
 * @param rules what is looked at, by the minor version that brought it
 * @param replaces the check of a laxer level that this one stands for; empty for none
 */
record Check(
    String id,
    Level level,
    NavigableMap<Integer, Function<PodForm, Optional<Check.Finding>>> rules,
    String replaces) {

  /**
   * What a pod must not have.
   *
   * @param reason a few words
   * @param detail who has it
   */
  record Finding(String reason, String detail) {

    @Override
    public String toString() {
      return detail.isEmpty() ? reason : reason + " (" + detail + ")";
    }
  }

  private static final List<Check> ALL =
      Stream.concat(BaselineChecks.all().stream(), RestrictedChecks.all().stream()).toList();

  /** What a pod has that a standard forbids. */
  static List<Finding> findings(Standard standard, PodForm pod) {
    var known =
        ALL.stream()
            .filter(check -> check.level.compareTo(standard.level()) <= 0)
            .filter(check -> check.rules.floorKey(standard.minor()) != null)
            .toList();
    var replaced = known.stream().map(Check::replaces).collect(Collectors.toSet());
    var findings = new ArrayList<Finding>();
    for (var check : known) {
      if (!replaced.contains(check.id)) {
        check.rules.floorEntry(standard.minor()).getValue().apply(pod).ifPresent(findings::add);
      }
    }
    return findings;
  }

  static Check of(String id, Level level, int since, Function<PodForm, Optional<Finding>> rule) {
    var rules = new TreeMap<Integer, Function<PodForm, Optional<Finding>>>();
    rules.put(since, rule);
    return new Check(id, level, rules, "");
  }

  /** The same with another rule from a version on. */
  Check since(int minor, Function<PodForm, Optional<Finding>> rule) {
    rules.put(minor, rule);
    return this;
  }

  /** The same in place of another check. */
  Check inPlaceOf(String other) {
    return new Check(id, level, rules, other);
  }
}
