package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Structure;
import java.util.Map;

/** Expressions that choose devices. What they may read is one device. */
final class Selectors {

  private static final int SELECTORS_MAX = 32;
  private static final int EXPRESSION_BYTES_MAX = 10 * 1024;

  /** Made when the first expression comes: most clusters have none. */
  private static final class Environment {
    // Attributes and capacities are found by domain and then by name. What an attribute is, each
    // driver says for itself.
    private static final ValueType BY_DOMAIN = new MapOf(new MapOf(Scalar.ANY));
    private static final CelEnvironment DEVICE =
        CelEnvironment.namingValues(
            Map.of(
                "device",
                new Structure(
                    "kubernetes.DRADevice",
                    Map.of(
                        "driver", () -> Scalar.STRING,
                        "attributes", () -> BY_DOMAIN,
                        "capacity", () -> BY_DOMAIN,
                        "allowMultipleAllocations", () -> Scalar.BOOL))));
  }

  private Selectors() {}

  /** Checks a list of selectors. */
  static void check(Problems problems, Field selectors) {
    Lists.each(problems, selectors, SELECTORS_MAX, each -> selector(problems, each));
  }

  /** Checks those that were stored before: their expressions are good as they are. */
  static void checkStored(Problems problems, Field selectors) {
    Lists.each(problems, selectors, SELECTORS_MAX, each -> problems.require(each.at("cel")));
  }

  private static void selector(Problems problems, Field selector) {
    if (!selector.at("cel").isPresent()) {
      problems.required(selector.at("cel"), "");
      return;
    }
    var expression = selector.at("cel", "expression");
    if (expression.text().length() > EXPRESSION_BYTES_MAX) {
      problems.tooLong(expression, EXPRESSION_BYTES_MAX);
    } else if (Environment.DEVICE.compile(expression.text(), Scalar.BOOL)
        instanceof Compilation.Rejected(var why)) {
      problems.invalid(expression, why);
    }
  }
}
