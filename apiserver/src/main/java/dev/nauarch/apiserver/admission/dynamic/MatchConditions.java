package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.admission.expression.RequestExpressions.Reads;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Conditions that all must hold before a webhook or a policy is asked. Safe to share. */
final class MatchConditions {

  /** What all conditions of one webhook or policy may cost. */
  private static final long COST_MAX = 2_500_000;

  /** What one expression may cost. */
  static final long COST_OF_ONE_MAX = 1_000_000;

  private final List<String> expressions;
  private final boolean hasParams;
  private final boolean isFailureIgnored;
  private volatile @Nullable List<Compilation> compiled;

  private MatchConditions(List<String> expressions, boolean hasParams, boolean isFailureIgnored) {
    this.expressions = expressions;
    this.hasParams = hasParams;
    this.isFailureIgnored = isFailureIgnored;
  }

  /**
   * Those of a webhook or a policy; compiled when they are first asked.
   *
   * @param isFailureIgnored whether a condition that fails leaves the request alone
   */
  static MatchConditions of(JsonNode conditions, boolean hasParams, boolean isFailureIgnored) {
    var expressions = new ArrayList<String>();
    conditions.forEach(each -> expressions.add(Json.text(each, "expression").strip()));
    return new MatchConditions(List.copyOf(expressions), hasParams, isFailureIgnored);
  }

  boolean isEmpty() {
    return expressions.isEmpty();
  }

  /** What came of asking. */
  sealed interface Outcome {
    /** All hold. */
    record Holds() implements Outcome {}

    /** One does not hold. */
    record Fails() implements Outcome {}

    /** Nobody knows. */
    record Broken(String why) implements Outcome {}
  }

  Outcome ask(Map<String, Object> variables) {
    var budget = COST_MAX;
    var errors = new ArrayList<String>();
    var programs = programs();
    for (var i = 0; i < programs.size(); i++) {
      if (!(programs.get(i) instanceof Compilation.Compiled(CelProgram program))) {
        errors.add(Programs.refusal(programs.get(i)));
        continue;
      }
      switch (program.evaluate(variables, Math.min(budget, COST_OF_ONE_MAX))) {
        case Evaluation.Value(var value, var cost) -> {
          budget -= cost;
          if (Boolean.FALSE.equals(value)) {
            return new Outcome.Fails();
          }
        }
        case Evaluation.Failed(var why, var cost) -> {
          budget -= cost;
          errors.add("expression '" + expressions.get(i) + "' resulted in error: " + why);
        }
        case Evaluation.TooExpensive(var limit) -> {
          errors.add(
              limit < COST_OF_ONE_MAX
                  ? PolicyCosts.EXHAUSTED
                  : PolicyCosts.tooExpensive(expressions.get(i)));
          budget = 0;
        }
      }
    }
    if (errors.isEmpty()) {
      return new Outcome.Holds();
    }
    return isFailureIgnored ? new Outcome.Fails() : new Outcome.Broken(text(errors));
  }

  private static String text(List<String> errors) {
    return errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]";
  }

  private List<Compilation> programs() {
    var known = compiled;
    if (known == null) {
      var with =
          hasParams
              ? RequestExpressions.reading(Reads.PARAMS, Reads.AUTHORIZER)
              : RequestExpressions.reading(Reads.AUTHORIZER);
      known = expressions.stream().map(each -> with.compile(each, "bool")).toList();
      compiled = known;
    }
    return known;
  }
}
