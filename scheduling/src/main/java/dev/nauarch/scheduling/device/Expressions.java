package dev.nauarch.scheduling.device;

import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Structure;
import dev.nauarch.scheduling.device.Device.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Expressions that choose devices, each compiled once. One that is dear on the devices that it was
 * asked of is not asked of further ones, since the scheduler does nothing else meanwhile.
 */
final class Expressions {

  /** What one evaluation may cost, as in Kubernetes. */
  private static final long COST_MAX = 1_000_000;

  /** So much may all evaluations of an expression cost, unless they are cheap. */
  private static final long SPENT_MAX = 5 * COST_MAX;

  /** An expression is cheap that costs no more than this on the average. */
  private static final long CHEAP = 5_000;

  private static final int KEPT_MAX = 512;

  private static final Answer TOO_DEAR =
      new Answer(
          false,
          "CEL runtime error: operation cancelled: it costs too much on all devices together");

  /** An expression, and what it has cost so far. */
  private static final class Known {
    private final Compilation compilation;
    private long spent;
    private long asked;

    Known(Compilation compilation) {
      this.compilation = compilation;
    }

    boolean isTooDear() {
      return spent > SPENT_MAX && spent / asked > CHEAP;
    }

    void cost(long units) {
      spent += units;
      asked++;
    }
  }

  private final Map<String, Known> compiled = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable CelEnvironment environment;

  /** Whether an expression holds of a device. */
  Answer matches(String expression, Map<String, Object> variables) {
    var known = compile(expression);
    return switch (known.compilation) {
      case Compilation.Rejected(var why) -> new Answer(false, "CEL compile error: " + why);
      case Compilation.Compiled(var program) ->
          known.isTooDear() ? TOO_DEAR : answer(program.evaluate(variables, COST_MAX), known::cost);
    };
  }

  private static Answer answer(Evaluation evaluation, LongConsumer cost) {
    return switch (evaluation) {
      case Evaluation.Value(Boolean holds, var units) -> {
        cost.accept(units);
        yield new Answer(holds, "");
      }
      case Evaluation.Value(var value, var units) -> {
        cost.accept(units);
        yield new Answer(
            false,
            "CEL runtime error: result of type "
                + value.getClass().getSimpleName()
                + " is not a bool");
      }
      case Evaluation.Failed(var why, var units) -> {
        cost.accept(units);
        yield new Answer(false, "CEL runtime error: " + why);
      }
      case Evaluation.TooExpensive(var limit) -> {
        cost.accept(limit);
        yield new Answer(
            false, "CEL runtime error: operation cancelled: actual cost limit exceeded");
      }
    };
  }

  private Known compile(String expression) {
    var known = compiled.get(expression);
    if (known != null) {
      return known;
    }
    if (compiled.size() >= KEPT_MAX) {
      compiled.remove(compiled.keySet().iterator().next());
    }
    var made = new Known(environment().compile(expression, Scalar.BOOL));
    compiled.put(expression, made);
    return made;
  }

  private CelEnvironment environment() {
    if (environment == null) {
      ValueType byDomain = new MapOf(new MapOf(Scalar.ANY));
      var fields = new LinkedHashMap<String, Supplier<ValueType>>();
      fields.put("driver", () -> Scalar.STRING);
      fields.put("allowMultipleAllocations", () -> Scalar.BOOL);
      fields.put("attributes", () -> byDomain);
      fields.put("capacity", () -> byDomain);
      var variables = new LinkedHashMap<String, ValueType>();
      variables.put("device", new Structure("kubernetes.DRADevice", fields));
      environment = CelEnvironment.namingValues(variables);
    }
    return environment;
  }
}
