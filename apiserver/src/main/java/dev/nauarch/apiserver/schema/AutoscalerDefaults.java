package dev.nauarch.apiserver.schema;

import dev.nauarch.api.catalog.Kind;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of HorizontalPodAutoscalers, as far as they depend on other fields. */
public final class AutoscalerDefaults {

  private static final int CPU_PERCENT = 80;
  private static final int PERIOD_SECONDS = 15;
  private static final int PODS_UP_MIN = 4;
  private static final int ALL_PERCENT = 100;

  private AutoscalerDefaults() {}

  /** Fills in what one leaves open; the older form is filled in when it becomes the newer one. */
  static void fillIn(ObjectNode object, Kind kind) {
    if (kind.version().equals("v1") || !(object.path("spec") instanceof ObjectNode spec)) {
      return;
    }
    if (spec.path("metrics").isEmpty()) {
      addCpu(spec.putArray("metrics"));
    }
    if (spec.path("behavior") instanceof ObjectNode behavior) {
      var up = behavior.withObjectProperty("scaleUp");
      if (!up.has("stabilizationWindowSeconds")) {
        up.put("stabilizationWindowSeconds", 0);
      }
      rules(up, true);
      rules(behavior.withObjectProperty("scaleDown"), false);
    }
  }

  /** Adds the metric of an autoscaler that names none. */
  public static void addCpu(ArrayNode metrics) {
    var resource = metrics.addObject().put("type", "Resource").putObject("resource");
    resource.put("name", "cpu");
    resource.putObject("target").put("type", "Utilization").put("averageUtilization", CPU_PERCENT);
  }

  private static void rules(ObjectNode rules, boolean isUp) {
    if (!rules.has("selectPolicy")) {
      rules.put("selectPolicy", "Max");
    }
    if (!rules.has("policies")) {
      var policies = rules.putArray("policies");
      if (isUp) {
        policy(policies, "Pods", PODS_UP_MIN);
      }
      policy(policies, "Percent", ALL_PERCENT);
    }
  }

  private static void policy(ArrayNode policies, String type, int value) {
    policies.addObject().put("type", type).put("value", value).put("periodSeconds", PERIOD_SECONDS);
  }
}
