package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import dev.nauarch.expression.LazyObject;
import dev.nauarch.expression.ValueType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The variables of a policy: expressions with names, each of which may read those before it, and
 * which is computed at most once, when it is first read. Immutable, safe to share.
 */
final class Variables {

  private final Map<String, Compilation> programs = new LinkedHashMap<>();
  private final RequestExpressions expressions;

  /** Compiles the variables of a policy; {@code base} are the expressions without any. */
  Variables(JsonNode variables, RequestExpressions base) {
    var types = new LinkedHashMap<String, ValueType>();
    var current = base;
    for (var variable : variables) {
      var name = Json.text(variable, "name");
      var compilation = current.compile(Json.text(variable, "expression"));
      programs.put(name, compilation);
      types.put(
          name,
          compilation instanceof Compilation.Compiled(CelProgram program)
              ? program.type()
              : ValueType.Scalar.ANY);
      current = base.with(types);
    }
    this.expressions = current;
  }

  /** Compiles what may read all of them. */
  RequestExpressions expressions() {
    return expressions;
  }

  /** Gives the values of other variables these too. */
  void addTo(Map<String, Object> values, Budget budget) {
    if (!programs.isEmpty()) {
      var known = new HashMap<String, Object>();
      values.put(
          "variables",
          new LazyObject(
              programs.keySet(),
              name -> {
                var value = known.get(name);
                if (value == null) {
                  value = compute(name, values, budget);
                  known.put(name, value);
                }
                return value;
              }));
    }
  }

  private Object compute(String name, Map<String, Object> values, Budget budget) {
    var compilation = programs.get(name);
    if (!(compilation instanceof Compilation.Compiled(CelProgram program))) {
      throw new IllegalArgumentException("composited variable \"" + name + "\" fails to compile");
    }
    return switch (budget.evaluate(program, values)) {
      case Evaluation.Value(var value, var _) -> value;
      case Evaluation.Failed(var why, var _) ->
          throw new IllegalArgumentException(
              "composited variable \"" + name + "\" fails to evaluate: " + why);
      case Evaluation.TooExpensive _ ->
          throw new IllegalArgumentException(
              "composited variable \""
                  + name
                  + "\" fails to evaluate: operation cancelled: actual"
                  + " cost limit exceeded");
    };
  }
}
