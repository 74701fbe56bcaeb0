package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Evaluation;
import java.util.Map;

/** What the expressions of one policy may still cost for one request. Used by one thread. */
final class Budget {

  private static final long COST_MAX = 10_000_000;

  private long left = COST_MAX;

  /** Whether something is left. */
  boolean isExhausted() {
    return left <= 0;
  }

  Evaluation evaluate(CelProgram program, Map<String, ?> values) {
    var limit = Math.clamp(left, 0, MatchConditions.COST_OF_ONE_MAX);
    var evaluation = program.evaluate(values, limit);
    left -=
        switch (evaluation) {
          case Evaluation.Value(var _, var cost) -> cost;
          case Evaluation.Failed(var _, var cost) -> cost;
          case Evaluation.TooExpensive(var all) -> all;
        };
    return evaluation;
  }
}
