package dev.nauarch.apiserver.object;

import dev.nauarch.api.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A label selector as URLs carry it: {@code app=web,tier!=cache,env in (a,b),!canary}.
 *
 * @param requirements all must hold
 */
public record LabelSelector(List<Requirement> requirements) {

  /** Selects everything. */
  public static final LabelSelector ALL = new LabelSelector(List.of());

  /** How a label is compared. */
  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
    GREATER,
    LESS
  }

  /**
   * One condition.
   *
   * @param key the label
   * @param operator how it is compared
   * @param values with what
   */
  public record Requirement(String key, Operator operator, List<String> values) {

    boolean matches(Map<String, String> labels) {
      var value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
        case GREATER -> value != null && compare(value) > 0;
        case LESS -> value != null && compare(value) < 0;
      };
    }

    private int compare(String value) {
      try {
        return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }

  /**
   * Reads a selector.
   *
   * @throws ApiException {@code BAD_REQUEST} when it can't be read
   */
  public static LabelSelector parse(String text) {
    return text.isBlank() ? ALL : new LabelSelector(new SelectorParser(text).labelRequirements());
  }

  /** Reads the {@code LabelSelector} of an object: matchLabels and matchExpressions. */
  public static LabelSelector of(JsonNode selector) {
    var requirements = new ArrayList<Requirement>();
    for (var label : Json.child(selector, "matchLabels").properties()) {
      requirements.add(
          new Requirement(label.getKey(), Operator.IN, List.of(label.getValue().asString())));
    }
    var expressions = selector.get("matchExpressions");
    if (expressions != null) {
      for (var expression : expressions) {
        var values = new ArrayList<String>();
        if (expression.get("values") != null) {
          expression.get("values").forEach(value -> values.add(value.asString()));
        }
        var operator =
            switch (Json.text(expression, "operator")) {
              case "In" -> Operator.IN;
              case "NotIn" -> Operator.NOT_IN;
              case "Exists" -> Operator.EXISTS;
              case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
              default -> throw ApiException.badRequest("not a label selector operator");
            };
        requirements.add(new Requirement(Json.text(expression, "key"), operator, values));
      }
    }
    return new LabelSelector(requirements);
  }

  /** Whether it selects everything. */
  public boolean isEmpty() {
    return requirements.isEmpty();
  }

  /** Whether it selects an object with these labels. */
  public boolean matches(Map<String, String> labels) {
    for (var requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }
}
