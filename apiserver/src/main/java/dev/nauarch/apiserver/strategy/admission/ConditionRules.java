package dev.nauarch.apiserver.strategy.admission;

import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.admission.expression.RequestExpressions.Reads;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.expression.Compilation;
import java.util.ArrayList;
import java.util.Set;

/** The rules of match conditions. */
final class ConditionRules {

  private static final int CONDITIONS_MAX = 64;

  private ConditionRules() {}

  /**
   * Checks match conditions.
   *
   * @param hasParams whether they may read parameters
   * @param known expressions that were good when they were stored, and are not compiled again
   */
  static void matchConditions(
      Problems problems, Field conditions, boolean hasParams, Set<String> known) {
    var items = conditions.items();
    if (items.size() > CONDITIONS_MAX) {
      problems.tooMany(conditions, CONDITIONS_MAX);
    }
    var names = new ArrayList<Field>();
    for (var condition : items) {
      var expression = condition.at("expression");
      if (expression.text().isBlank()) {
        problems.required(expression, "");
      } else if (!known.contains(expression.text())) {
        var expressions =
            hasParams
                ? RequestExpressions.reading(Reads.PARAMS, Reads.AUTHORIZER)
                : RequestExpressions.reading(Reads.AUTHORIZER);
        compiled(problems, expression, expressions.compile(expression.text().strip(), "bool"));
      }
      if (problems.require(condition.at("name"))) {
        problems.form(condition.at("name"), NameRules::labelKey);
      }
      names.add(condition.at("name"));
    }
    problems.unique(names);
  }

  /** Says what is wrong with an expression that can't be compiled. */
  static void compiled(Problems problems, Field expression, Compilation compilation) {
    if (compilation instanceof Compilation.Rejected(var why)) {
      problems.invalid(expression, why);
    }
  }
}
