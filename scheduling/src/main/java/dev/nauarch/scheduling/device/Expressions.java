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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Expressions that choose devices, each compiled once. */
final class Expressions {

  /** What one evaluation may cost, as in Kubernetes. */
  private static final long COST_MAX = 1_000_000;

  private static final int KEPT_MAX = 512;

  private final Map<String, Compilation> compiled = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable CelEnvironment environment;

  /** Whether an expression holds of a device. */
  Answer matches(String expression, Map<String, Object> variables) {
    return switch (compile(expression)) {
      case Compilation.Rejected(var why) -> new Answer(false, "CEL compile error: " + why);
      case Compilation.Compiled(var program) ->
          switch (program.evaluate(variables, COST_MAX)) {
            case Evaluation.Value(Boolean holds, var cost) -> new Answer(holds, "");
            case Evaluation.Value(var value, var cost) ->
                new Answer(
                    false,
                    "CEL runtime error: result of type "
                        + value.getClass().getSimpleName()
                        + " is not a bool");
            case Evaluation.Failed(var why, var cost) ->
                new Answer(false, "CEL runtime error: " + why);
            case Evaluation.TooExpensive(var limit) ->
                new Answer(
                    false, "CEL runtime error: operation cancelled: actual cost limit exceeded");
          };
    };
  }

  private Compilation compile(String expression) {
    var known = compiled.get(expression);
    if (known != null) {
      return known;
    }
    if (compiled.size() >= KEPT_MAX) {
      compiled.remove(compiled.keySet().iterator().next());
    }
    var made = environment().compile(expression, Scalar.BOOL);
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
