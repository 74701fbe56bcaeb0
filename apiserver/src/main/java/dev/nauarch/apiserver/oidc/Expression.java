package dev.nauarch.apiserver.oidc;

import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An expression in CEL over the claims of a token, or over the user that they have become.
 *
 * @param text as it was written
 * @param program ready to run
 * @param variable the variable that it reads
 */
record Expression(String text, CelProgram program, String variable) {

  static final String CLAIMS = "claims";
  static final String USER = "user";
  private static final long COST_MAX = 1_000_000;

  /** It has no value. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message) {
      super(message);
    }
  }

  /**
   * Compiles an expression.
   *
   * @throws Failure with what is wrong with it
   */
  static Expression compile(String text, String variable, Scalar result) throws Failure {
    var environment = new CelEnvironment(Map.of(variable, new MapOf(Scalar.ANY)));
    return switch (environment.compile(text, result)) {
      case Compilation.Compiled(var program) -> new Expression(text, program, variable);
      case Compilation.Rejected(var message) -> throw new Failure(message);
    };
  }

  /** What it yields. */
  Object value(JsonNode input) throws Failure {
    return switch (program.evaluate(Map.of(variable, java(input)), COST_MAX)) {
      case Evaluation.Value(var value, var cost) -> value;
      case Evaluation.Failed(var message, var cost) -> throw new Failure(message);
      case Evaluation.TooExpensive(var limit) ->
          throw new Failure("the expression " + text + " costs more than " + limit);
    };
  }

  /** Values as expressions know them; what is null is not there. */
  private static Object java(JsonNode node) {
    if (node.isObject()) {
      var map = new LinkedHashMap<String, Object>();
      for (var field : node.properties()) {
        if (!field.getValue().isNull()) {
          map.put(field.getKey(), java(field.getValue()));
        }
      }
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(java(item)));
      return list;
    }
    if (node.isBoolean()) {
      return node.asBoolean();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.asLong();
    }
    return node.isNumber() ? (Object) node.asDouble() : node.asString("");
  }
}
