package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.node.StringNode;

/** What is wrong with what a pod says of the nodes that it wants. */
public final class SchedulingRules {

  private static final String NO_KEY =
      "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";

  private SchedulingRules() {}

  static void check(Problems problems, Field spec) {
    spec.at("tolerations").items().forEach(item -> toleration(problems, item));
    var affinity = spec.at("affinity");
    nodeAffinity(problems, affinity.at("nodeAffinity"));
    podAffinity(problems, affinity.at("podAffinity"));
    podAffinity(problems, affinity.at("podAntiAffinity"));
    spread(problems, spec.at("topologySpreadConstraints"));
  }

  /** Checks one toleration. */
  public static void toleration(Problems problems, Field toleration) {
    var key = toleration.at("key");
    var operator = toleration.at("operator");
    var value = toleration.at("value");
    var effect = toleration.at("effect");
    if (!key.isEmpty()) {
      problems.form(key, NameRules::labelKey);
    } else if (!operator.is("Exists")) {
      problems.invalid(operator, NO_KEY);
    }
    if (toleration.at("tolerationSeconds").isPresent() && !effect.is("NoExecute")) {
      problems.invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    switch (operator.text()) {
      case "Equal", "" -> problems.form(value, NameRules::labelValue);
      case "Exists" -> {
        if (!value.isEmpty()) {
          var asOperator = new Field(value.node(), operator.path(), operator.key());
          problems.invalid(asOperator, "value must be empty when `operator` is 'Exists'");
        }
      }
      default -> problems.notSupported(operator, List.of("Equal", "Exists"));
    }
    if (!effect.isEmpty()) {
      problems.oneOf(effect, "NoExecute", "NoSchedule", "PreferNoSchedule");
    }
  }

  private static void nodeAffinity(Problems problems, Field affinity) {
    var required = affinity.at("requiredDuringSchedulingIgnoredDuringExecution");
    if (required.isPresent()) {
      nodeSelector(problems, required);
    }
    for (var preferred : affinity.at("preferredDuringSchedulingIgnoredDuringExecution").items()) {
      weight(problems, preferred);
      term(problems, preferred.at("preference"));
    }
  }

  /** Checks a node selector with its terms. */
  public static void nodeSelector(Problems problems, Field selector) {
    var terms = selector.at("nodeSelectorTerms");
    if (terms.isEmpty()) {
      problems.required(terms, "must have at least one node selector term");
    }
    terms.items().forEach(item -> term(problems, item));
  }

  private static void term(Problems problems, Field term) {
    term.at("matchExpressions").items().forEach(item -> expression(problems, item));
    for (var field : term.at("matchFields").items()) {
      if (!field.at("key").is("metadata.name")) {
        problems.invalid(field.at("key"), "not a valid field selector key");
      }
      if (field.at("values").items().size() != 1) {
        problems.required(
            field.at("values"),
            "must be only one value when `operator` is 'In' or 'NotIn' for node"
                + " field selector");
      }
    }
  }

  /** Nodes are also selected by comparing numbers. */
  private static void expression(Problems problems, Field expression) {
    switch (expression.at("operator").text()) {
      case "Gt", "Lt" -> {
        var values = expression.at("values");
        if (values.items().size() != 1) {
          problems.required(
              values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
        }
        problems.form(expression.at("key"), NameRules::labelKey);
      }
      default -> Forms.expression(problems, expression);
    }
  }

  private static void podAffinity(Problems problems, Field affinity) {
    for (var term : affinity.at("requiredDuringSchedulingIgnoredDuringExecution").items()) {
      podTerm(problems, term);
    }
    for (var preferred : affinity.at("preferredDuringSchedulingIgnoredDuringExecution").items()) {
      weight(problems, preferred);
      podTerm(problems, preferred.at("podAffinityTerm"));
    }
  }

  private static void podTerm(Problems problems, Field term) {
    Forms.selector(problems, term.at("labelSelector"));
    Forms.selector(problems, term.at("namespaceSelector"));
    term.at("namespaces").items().forEach(name -> problems.form(name, NameRules::label));
    topologyKey(problems, term.at("topologyKey"));
  }

  private static void topologyKey(Problems problems, Field key) {
    if (key.isEmpty()) {
      problems.required(key, "can not be empty");
    } else {
      problems.form(key, NameRules::labelKey);
    }
  }

  private static void weight(Problems problems, Field preferred) {
    var weight = preferred.at("weight");
    if (weight.number(0) < 1 || weight.number(0) > 100) {
      problems.invalid(weight, "must be in the range 1-100");
    }
  }

  private static void spread(Problems problems, Field constraints) {
    var seen = new HashSet<String>();
    for (var constraint : constraints.items()) {
      var skew = constraint.at("maxSkew");
      if (skew.number(0) <= 0) {
        problems.invalid(skew, "must be greater than zero");
      }
      topologyKey(problems, constraint.at("topologyKey"));
      problems.requireOneOf(constraint.at("whenUnsatisfiable"), "DoNotSchedule", "ScheduleAnyway");
      problems.positive(constraint.at("minDomains"));
      problems.oneOf(constraint.at("nodeAffinityPolicy"), "Honor", "Ignore");
      problems.oneOf(constraint.at("nodeTaintsPolicy"), "Honor", "Ignore");
      Forms.selector(problems, constraint.at("labelSelector"));
      var pair =
          constraint.at("topologyKey").text() + ", " + constraint.at("whenUnsatisfiable").text();
      if (!seen.add(pair)) {
        problems.duplicate(
            new Field(
                StringNode.valueOf("{" + pair + "}"),
                constraint.path() + ".{topologyKey, whenUnsatisfiable}",
                ""));
      }
    }
  }
}
