package dev.nauarch.apiserver.conversion;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The behavior of an autoscaler as the older version keeps it in an annotation: JSON whose fields
 * have the names of Kubernetes' internal type, which begin with large letters.
 */
final class BehaviorText {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String[] DIRECTIONS = {"ScaleUp", "ScaleDown"};

  private BehaviorText() {}

  static String write(JsonNode behavior) {
    var text = NODES.objectNode();
    for (var direction : DIRECTIONS) {
      var rules = behavior.path(small(direction));
      if (!rules.isObject()) {
        text.putNull(direction);
        continue;
      }
      var to = text.putObject(direction);
      to.set("StabilizationWindowSeconds", orNull(rules.path("stabilizationWindowSeconds")));
      to.set("SelectPolicy", orNull(rules.path("selectPolicy")));
      if (rules.path("policies").isArray()) {
        var policies = to.putArray("Policies");
        for (var policy : rules.path("policies")) {
          var item = policies.addObject();
          item.set("Type", policy.path("type"));
          item.set("Value", policy.path("value"));
          item.set("PeriodSeconds", policy.path("periodSeconds"));
        }
      } else {
        to.putNull("Policies");
      }
      to.set("Tolerance", orNull(rules.path("tolerance")));
    }
    return text.toString();
  }

  /** The behavior of a text; empty for one that has none, or is no such text. */
  static Optional<ObjectNode> read(String text) {
    try {
      var tree = JSON.readTree(text);
      var behavior = NODES.objectNode();
      for (var direction : DIRECTIONS) {
        var rules = MetricFields.caseless(tree, direction);
        if (rules.isObject()) {
          var read = rules(rules);
          if (read.isEmpty()) {
            return Optional.empty();
          }
          behavior.set(small(direction), read.get());
        }
      }
      return behavior.isEmpty() ? Optional.empty() : Optional.of(behavior);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<ObjectNode> rules(JsonNode from) {
    var rules = NODES.objectNode();
    var window = MetricFields.caseless(from, "StabilizationWindowSeconds");
    var select = MetricFields.caseless(from, "SelectPolicy");
    var tolerance = MetricFields.caseless(from, "Tolerance");
    var policies = MetricFields.caseless(from, "Policies");
    MetricFields.number(window).ifPresent(value -> rules.set("stabilizationWindowSeconds", value));
    if (select.isString()) {
      rules.set("selectPolicy", select);
    }
    if (policies.isArray()) {
      var list = rules.putArray("policies");
      for (var policy : policies) {
        var type = MetricFields.caseless(policy, "Type");
        var value = MetricFields.number(MetricFields.caseless(policy, "Value"));
        var period = MetricFields.number(MetricFields.caseless(policy, "PeriodSeconds"));
        if (!type.isString() || value.isEmpty() || period.isEmpty()) {
          return Optional.empty();
        }
        var written = list.addObject();
        written.set("type", type);
        written.set("value", value.get());
        written.set("periodSeconds", period.get());
      }
    }
    MetricFields.quantity(tolerance).ifPresent(value -> rules.set("tolerance", value));
    return Optional.of(rules);
  }

  private static JsonNode orNull(JsonNode value) {
    return value.isMissingNode() ? NODES.nullNode() : value;
  }

  private static String small(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
