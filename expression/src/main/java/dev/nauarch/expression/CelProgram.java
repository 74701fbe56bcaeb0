package dev.nauarch.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;

/** A compiled expression. Immutable, and safe to share. */
public final class CelProgram {

  /** Characters that are handled at the cost of one step. */
  private static final int CHARACTERS_PER_STEP = 10;

  private final CelRuntime.Program program;
  private final CelAbstractSyntaxTree tree;

  CelProgram(CelRuntime.Program program, CelAbstractSyntaxTree tree) {
    this.program = program;
    this.tree = tree;
  }

  /**
   * Evaluates it.
   *
   * <p>One unit of cost is one step: reading a variable or a field, calling a function; texts and
   * lists that a step yields cost by their length too.
   *
   * @param valueByVariable a value for every variable that it may read
   * @param costLimit the cost at which it is stopped
   */
  public Evaluation evaluate(Map<String, ?> valueByVariable, long costLimit) {
    var meter = new Meter(costLimit);
    try {
      var value = program.trace(valueByVariable, meter::step);
      return meter.isOver()
          ? new Evaluation.TooExpensive(costLimit)
          : new Evaluation.Value(value, meter.cost);
    } catch (CelEvaluationException failed) {
      return meter.isOver()
          ? new Evaluation.TooExpensive(costLimit)
          : new Evaluation.Failed(message(failed), meter.cost);
    }
  }

  /** The type of what it yields. */
  public ValueType.Yielded type() {
    return new ValueType.Yielded(tree.getResultType());
  }

  /** Whether the expression reads a variable of this name. */
  public boolean reads(String variable) {
    var names = new TreeSet<String>();
    tree.getReferenceMap().values().forEach(reference -> names.add(reference.name()));
    return names.contains(variable);
  }

  /** What a function says of its arguments is worth more than which function it was. */
  private static String message(CelEvaluationException failed) {
    var message = String.valueOf(failed.getMessage());
    for (var cause = failed.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException) {
        message = String.valueOf(cause.getMessage());
      }
    }
    return message;
  }

  /** Counts the steps of one evaluation, which is done by one thread. */
  private static final class Meter {
    private final long limit;
    private long cost;

    private Meter(long limit) {
      this.limit = limit;
    }

    private void step(CelExpr expression, Object result) {
      cost += 1;
      if (result instanceof String text) {
        cost += text.length() / CHARACTERS_PER_STEP;
      } else if (result instanceof Collection<?> items && isMade(expression)) {
        cost += items.size();
      }
      if (isOver()) {
        // Operators that tolerate failures go on with their other side, whose first step stops
        // again; so it ends soon in any case, and the count tells why.
        throw new OverBudget();
      }
    }

    /** Whether the step made the list, rather than read it. */
    private static boolean isMade(CelExpr expression) {
      return expression.getKind() == CelExpr.ExprKind.Kind.CALL
          || expression.getKind() == CelExpr.ExprKind.Kind.LIST;
    }

    private boolean isOver() {
      return cost > limit;
    }
  }

  /** Ends an evaluation from inside; never leaves this class. */
  private static final class OverBudget extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private OverBudget() {
      super("cost limit exceeded", null, false, false);
    }
  }
}
