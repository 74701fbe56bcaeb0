package dev.nauarch.apiserver.conversion;

import dev.nauarch.api.quota.Amount;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * What the metrics of an autoscaler, wanted or measured, are called in the two versions: flat in
 * the older one, in groups in the newer one. The older form comes from an annotation that anybody
 * may have written, so that the type of every value is looked at.
 *
 * @param bySource the fields of a metric, by where it comes from
 * @param values the group of the newer form that holds the values
 */
record MetricFields(Map<String, List<Pair>> bySource, String values) {

  /** The types of values. */
  private enum Form {
    TEXT,
    NUMBER,
    QUANTITY,
    OBJECT
  }

  /**
   * One field.
   *
   * @param older its name in the older form
   * @param newer its path in the newer form
   * @param isAlways whether the older form always has it
   */
  private record Pair(String older, List<String> newer, Form form, boolean isAlways) {}

  private static final String OBJECT = "object";
  private static final String PODS = "pods";
  private static final String RESOURCE = "resource";
  private static final String CONTAINER = "containerResource";
  private static final String EXTERNAL = "external";

  private static final Pair METRIC = text("metricName", "metric", "name");
  private static final Pair SELECTOR = pair("selector", Form.OBJECT, "metric", "selector");
  private static final Pair DESCRIBED = pair("target", Form.OBJECT, "describedObject");
  private static final Pair EXTERNAL_SELECTOR =
      pair("metricSelector", Form.OBJECT, "metric", "selector");
  private static final Pair NAME = text("name", "name");
  private static final Pair IN_CONTAINER = text("container", "container");

  /** What is wanted. */
  static final MetricFields WANTED = of("target", false);

  /** What was measured. */
  static final MetricFields MEASURED = of("current", true);

  /**
   * The fields of one side.
   *
   * @param values what the newer form calls its values, and what the older begins their names with
   * @param isWhole whether the older form has an amount also where there is none
   */
  private static MetricFields of(String values, boolean isWhole) {
    var value = amount(values + "Value", values, "value");
    var average = amount(values + "AverageValue", values, "averageValue");
    var use = number(values + "AverageUtilization", values, "averageUtilization");
    var used = isWhole ? always(average) : average;
    return new MetricFields(
        Map.of(
            OBJECT,
            List.of(
                DESCRIBED,
                METRIC,
                always(value),
                SELECTOR,
                amount("averageValue", values, "averageValue")),
            PODS,
            List.of(METRIC, always(average), SELECTOR),
            RESOURCE,
            List.of(NAME, use, used),
            CONTAINER,
            List.of(NAME, use, used, IN_CONTAINER),
            EXTERNAL,
            List.of(METRIC, EXTERNAL_SELECTOR, isWhole ? always(value) : value, average)),
        values);
  }

  /** A metric in the older form. */
  ObjectNode older(JsonNode metric) {
    var result = JsonNodeFactory.instance.objectNode();
    result.put("type", metric.path("type").asString(""));
    for (var source : bySource.entrySet()) {
      if (metric.path(source.getKey()) instanceof ObjectNode from) {
        var to = result.putObject(source.getKey());
        for (var field : source.getValue()) {
          JsonNode value = from;
          for (var step : field.newer) {
            value = value.path(step);
          }
          if (!value.isMissingNode()) {
            to.set(field.older, value);
          } else if (field.isAlways) {
            to.put(field.older, "0");
          }
        }
      }
    }
    return result;
  }

  /** A metric in the newer form; empty for one of which some value has another type. */
  Optional<ObjectNode> newer(JsonNode metric) {
    var result = JsonNodeFactory.instance.objectNode();
    if (!metric.isObject() || !metric.path("type").isString()) {
      return Optional.empty();
    }
    result.set("type", metric.path("type"));
    for (var source : bySource.entrySet()) {
      if (metric.path(source.getKey()) instanceof ObjectNode from) {
        var to = result.putObject(source.getKey());
        to.putObject(values);
        for (var field : source.getValue()) {
          if (from.path(field.older).isMissingNode() || from.path(field.older).isNull()) {
            continue;
          }
          var value = checked(from.path(field.older), field.form);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          put(to, field.newer, value.get());
        }
        if (values.equals("target")) {
          settle(source.getKey(), to.withObject("target"));
        }
      }
    }
    return Optional.of(result);
  }

  /** Says what kind of target one is, which the older form does not. */
  private static void settle(String source, ObjectNode target) {
    boolean hasAverage = target.has("averageValue");
    // The older form has a value in any case, and one of nothing is no target.
    if (source.equals(OBJECT) && hasAverage && target.path("value").asString("").equals("0")) {
      target.remove("value");
    }
    var type =
        switch (source) {
          case OBJECT -> hasAverage ? "AverageValue" : "Value";
          case EXTERNAL -> target.has("value") ? "Value" : "AverageValue";
          case PODS -> "AverageValue";
          default -> target.has("averageUtilization") ? "Utilization" : "AverageValue";
        };
    target.put("type", type);
  }

  private static Optional<JsonNode> checked(JsonNode value, Form form) {
    return switch (form) {
      case TEXT -> Optional.of(value).filter(JsonNode::isString);
      case NUMBER -> Optional.of(value).filter(JsonNode::isInt);
      case OBJECT -> Optional.of(value).filter(MetricFields::isPlain);
      case QUANTITY -> quantity(value);
    };
  }

  /** An amount in its canonical form. */
  static Optional<JsonNode> quantity(JsonNode value) {
    return value.isString() || value.isNumber()
        ? Amount.read(value.asString("")).map(Amount::toString).<JsonNode>map(StringNode::valueOf)
        : Optional.empty();
  }

  /** Whether an object is a reference or a selector: its values are texts, or made of texts. */
  private static boolean isPlain(JsonNode object) {
    if (!object.isObject()) {
      return false;
    }
    for (var field : object.properties()) {
      var value = field.getValue();
      boolean isFine =
          switch (field.getKey()) {
            case "kind", "name", "apiVersion" -> value.isString();
            case "matchLabels" ->
                value.isObject() && value.valueStream().allMatch(JsonNode::isString);
            case "matchExpressions" ->
                value.isArray() && value.valueStream().allMatch(MetricFields::isExpression);
            default -> false;
          };
      if (!isFine) {
        return false;
      }
    }
    return true;
  }

  private static boolean isExpression(JsonNode expression) {
    return expression.isObject()
        && expression.path("key").isString()
        && expression.path("operator").isString()
        && (!expression.has("values")
            || (expression.path("values").isArray()
                && expression.path("values").valueStream().allMatch(JsonNode::isString)))
        && List.of("key", "operator", "values").containsAll(names(expression));
  }

  private static List<String> names(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }

  private static void put(ObjectNode object, List<String> path, JsonNode value) {
    var holder = object;
    for (var step : path.subList(0, path.size() - 1)) {
      holder = holder.withObject(step);
    }
    holder.set(path.getLast(), value);
  }

  /** A field of an object by a name whose letters may be large or small, as Go reads it. */
  static JsonNode caseless(JsonNode object, String name) {
    for (var field : object.properties()) {
      if (field.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return field.getValue();
      }
    }
    return object.path(name);
  }

  /** A whole number; empty for anything else. */
  static Optional<JsonNode> number(JsonNode value) {
    return value.isInt() ? Optional.of(IntNode.valueOf(value.intValue())) : Optional.empty();
  }

  private static Pair text(String older, String... newer) {
    return pair(older, Form.TEXT, newer);
  }

  private static Pair number(String older, String... newer) {
    return pair(older, Form.NUMBER, newer);
  }

  private static Pair amount(String older, String... newer) {
    return pair(older, Form.QUANTITY, newer);
  }

  private static Pair pair(String older, Form form, String... newer) {
    return new Pair(older, List.of(newer), form, false);
  }

  private static Pair always(Pair pair) {
    return new Pair(pair.older, pair.newer, pair.form, true);
  }
}
