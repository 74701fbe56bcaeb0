package dev.nauarch.apiserver.table;

import dev.nauarch.apiserver.conversion.AutoscalerConversion;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of autoscalers. */
final class AutoscalerCells {

  private static final int METRICS_MAX = 2;
  private static final String UNKNOWN = "<unknown>";

  private AutoscalerCells() {}

  static String target(ObjectNode autoscaler) {
    var target = autoscaler.path("spec").path("scaleTargetRef");
    return target.path("kind").asString("") + "/" + target.path("name").asString("");
  }

  /** The metrics of an autoscaler of the older version, which keeps most of them in annotations. */
  static String olderMetrics(ObjectNode autoscaler) {
    var newer = autoscaler.deepCopy();
    new AutoscalerConversion().toStored(newer);
    return metrics(newer);
  }

  /** Each metric as it is and as it shall be. */
  static String metrics(ObjectNode autoscaler) {
    var specs = autoscaler.path("spec").path("metrics");
    var statuses = autoscaler.path("status").path("currentMetrics");
    if (specs.isEmpty()) {
      return "<none>";
    }
    var shown = new ArrayList<String>();
    for (int i = 0; i < Math.min(specs.size(), METRICS_MAX); i++) {
      shown.add(metric(specs.path(i), statuses.path(i)));
    }
    var text = String.join(", ", shown);
    return specs.size() > METRICS_MAX
        ? text + " + " + (specs.size() - METRICS_MAX) + " more..."
        : text;
  }

  private static String metric(JsonNode spec, JsonNode status) {
    return switch (spec.path("type").asString("")) {
      case "External" -> valued(spec.path("external"), status.path("external"));
      case "Object" -> valued(spec.path("object"), status.path("object"));
      case "Pods" ->
          amount(status.path("pods").path("current").path("averageValue"))
              + "/"
              + spec.path("pods").path("target").path("averageValue").asString("");
      case "Resource" -> used(spec.path("resource"), status.path("resource"));
      case "ContainerResource" ->
          used(spec.path("containerResource"), status.path("containerResource"));
      default -> "<unknown type>";
    };
  }

  private static String valued(JsonNode wanted, JsonNode measured) {
    var average = wanted.path("target").path("averageValue");
    var current = measured.path("current");
    return average.isMissingNode()
        ? amount(current.path("value")) + "/" + wanted.path("target").path("value").asString("")
        : amount(current.path("averageValue")) + "/" + average.asString("") + " (avg)";
  }

  private static String used(JsonNode wanted, JsonNode measured) {
    var name = wanted.path("name").asString("") + ": ";
    var average = wanted.path("target").path("averageValue");
    var current = measured.path("current");
    if (!average.isMissingNode()) {
      return name + amount(current.path("averageValue")) + "/" + average.asString("");
    }
    var use = wanted.path("target").path("averageUtilization");
    return name + share(current.path("averageUtilization"), UNKNOWN) + "/" + share(use, "<auto>");
  }

  private static String amount(JsonNode value) {
    return value.isMissingNode() ? UNKNOWN : value.asString("");
  }

  private static String share(JsonNode percent, String otherwise) {
    return percent.isNumber() ? percent.asInt(0) + "%" : otherwise;
  }
}
