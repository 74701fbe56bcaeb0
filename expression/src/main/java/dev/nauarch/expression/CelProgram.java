package dev.nauarch.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A compiled expression. Immutable, and safe to share. */
public final class CelProgram {

  private final CelRuntime.Program program;
  private final CelAbstractSyntaxTree tree;
  private final Set<Long> branches;

  CelProgram(CelRuntime.Program program, CelAbstractSyntaxTree tree) {
    this.program = program;
    this.tree = tree;
    this.branches = StepCosts.branches(tree);
  }

  /**
   * Evaluates it.
   *
   * <p>Costs are counted as Kubernetes counts them: reading a variable or a field is 1, a call 1 or
   * by the length of what it looks at, making a list 10, a map 30.
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

  /**
   * The most that an evaluation can cost.
   *
   * @param variables the type of the variables, with the sizes that their parts may have
   */
  public long costMax(ValueType variables) {
    return CostEstimator.max(tree, variables);
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
    return Failures.words(message);
  }

  /** Counts the cost of one evaluation, which is done by one thread. */
  private final class Meter {
    private final long limit;
    private final StepCosts steps = new StepCosts(tree, branches);
    private long cost;

    private Meter(long limit) {
      this.limit = limit;
    }

    private void step(CelExpr expression, Object result) {
      cost = Range.sum(cost, steps.of(expression, result));
      if (isOver()) {
        // Operators that tolerate failures go on with their other side, whose first step stops
        // again; so it ends soon in any case, and the count tells why.
        throw new OverBudget();
      }
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
