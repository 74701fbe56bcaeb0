package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Adds up what the rules of one schema can cost, and refuses what is too much. */
final class RuleCosts {

  /** What one rule can cost on one object. */
  private static final long RULE_MAX = 10_000_000;

  /** What all rules of a schema can cost on one object. */
  private static final long SCHEMA_MAX = 100_000_000;

  private static final int EXPENSIVE_SHOWN_MAX = 4;
  private static final double FACTOR_SHOWN_MAX = 100;

  private record Expensive(String path, long cost) {}

  private final List<Expensive> expensive = new ArrayList<>();
  private long total;

  /**
   * Counts an expression.
   *
   * @param path where it stands in the schema
   * @param name what it is called, for example {@code estimated rule cost}
   */
  void add(String path, String name, long cost, List<FieldError> problems) {
    if (cost > RULE_MAX) {
      problems.add(FieldError.forbidden(path, tooMuch(name, cost, RULE_MAX)));
    }
    total = total > Long.MAX_VALUE - cost ? Long.MAX_VALUE : total + cost;
    if (cost >= SCHEMA_MAX / 100) {
      expensive.add(new Expensive(path, cost));
    }
  }

  /** What is wrong with all of them together. */
  List<FieldError> problems(String schemaPath) {
    if (total <= SCHEMA_MAX) {
      return List.of();
    }
    var problems = new ArrayList<FieldError>();
    expensive.stream()
        .sorted(Comparator.comparingLong(Expensive::cost).reversed())
        .limit(EXPENSIVE_SHOWN_MAX)
        .map(
            rule ->
                FieldError.forbidden(
                    rule.path,
                    "contributed to estimated rule cost total exceeding cost limit for entire"
                        + " OpenAPIv3 schema"))
        .forEach(problems::add);
    var name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    problems.add(FieldError.forbidden(schemaPath, tooMuch(name, total, SCHEMA_MAX)));
    return problems;
  }

  /** The product of a cost and of how often it arises; the largest number where it is larger. */
  static long product(long cost, long count) {
    return cost != 0 && count > Long.MAX_VALUE / cost ? Long.MAX_VALUE : cost * count;
  }

  private static String tooMuch(String name, long cost, long limit) {
    var factor = (double) cost / limit;
    String shown;
    if (factor > FACTOR_SHOWN_MAX) {
      shown = "more than 100x";
    } else {
      // A factor of 1.0 would tell nothing.
      shown = String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
    }
    return name
        + " exceeds budget by factor of "
        + shown
        + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where"
        + " arrays, maps, and strings are declared)";
  }
}
