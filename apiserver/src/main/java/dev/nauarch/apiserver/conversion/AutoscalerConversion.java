package dev.nauarch.apiserver.conversion;

import dev.nauarch.apiserver.schema.AutoscalerDefaults;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * HorizontalPodAutoscalers of {@code autoscaling/v1}, which have a field for the use of CPU alone.
 * All else is kept in annotations, under the names and in the forms that Kubernetes gives them.
 */
public final class AutoscalerConversion implements Conversion {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
  private static final String METRICS = PREFIX + "metrics";
  private static final String CURRENT = PREFIX + "current-metrics";
  private static final String CONDITIONS = PREFIX + "conditions";
  private static final String BEHAVIOR = PREFIX + "behavior";
  private static final List<String> ANNOTATIONS =
      List.of(
          METRICS,
          CURRENT,
          CONDITIONS,
          BEHAVIOR,
          PREFIX + "scale-down-tolerance",
          PREFIX + "scale-up-tolerance");
  private static final List<String> CONDITION_TEXTS =
      List.of("type", "status", "reason", "message", "lastTransitionTime");

  private static final String CPU_WANTED = "targetCPUUtilizationPercentage";
  private static final String REPLICAS = "currentReplicas";
  private static final String CPU_MEASURED = "currentCPUUtilizationPercentage";

  @Override
  public void toServed(ObjectNode object) {
    var annotations = NODES.objectNode();
    object.path("metadata").path("annotations").properties().stream()
        .filter(entry -> !ANNOTATIONS.contains(entry.getKey()))
        .forEach(entry -> annotations.set(entry.getKey(), entry.getValue()));
    if (object.path("spec") instanceof ObjectNode spec) {
      olderSpec(spec, annotations);
    }
    if (object.path("status") instanceof ObjectNode status) {
      olderStatus(status, annotations);
    }
    setAnnotations(object, annotations);
  }

  @Override
  public void toStored(ObjectNode object) {
    var annotations = object.path("metadata").path("annotations").deepCopy();
    if (object.path("spec") instanceof ObjectNode spec) {
      newerSpec(spec, annotations);
    }
    newerStatus(object, annotations);
    if (annotations instanceof ObjectNode kept) {
      kept.remove(ANNOTATIONS);
      setAnnotations(object, kept);
    }
  }

  private static void olderSpec(ObjectNode spec, ObjectNode annotations) {
    var others = NODES.arrayNode();
    for (var metric : spec.path("metrics")) {
      var use = metric.path("resource").path("target").path("averageUtilization");
      if (isCpu(metric) && use.isNumber() && !spec.has(CPU_WANTED)) {
        spec.set(CPU_WANTED, use);
      } else {
        others.add(MetricFields.WANTED.older(metric));
      }
    }
    spec.remove("metrics");
    if (!others.isEmpty()) {
      annotations.put(METRICS, others.toString());
    }
    var behavior = spec.remove("behavior");
    if (behavior != null) {
      annotations.put(BEHAVIOR, BehaviorText.write(behavior));
    }
  }

  private static void newerSpec(ObjectNode spec, JsonNode annotations) {
    var metrics = NODES.arrayNode();
    newer(annotations.path(METRICS), MetricFields.WANTED).ifPresent(metrics::addAll);
    var cpu = spec.remove(CPU_WANTED);
    if (cpu != null && !cpu.isNull()) {
      var resource = metrics.addObject().put("type", "Resource").putObject("resource");
      resource.put("name", "cpu");
      resource.putObject("target").put("type", "Utilization").set("averageUtilization", cpu);
    }
    if (metrics.isEmpty()) {
      AutoscalerDefaults.addCpu(metrics);
    }
    spec.set("metrics", metrics);
    var behavior = annotations.path(BEHAVIOR);
    if (behavior.isString()) {
      BehaviorText.read(behavior.stringValue()).ifPresent(read -> spec.set("behavior", read));
    }
  }

  private static void olderStatus(ObjectNode status, ObjectNode annotations) {
    if (!status.has(REPLICAS)) {
      status.put(REPLICAS, 0);
    }
    var current = status.remove("currentMetrics");
    if (current != null && !current.isEmpty()) {
      var older = NODES.arrayNode();
      for (var metric : current) {
        var use = metric.path("resource").path("current").path("averageUtilization");
        if (isCpu(metric) && use.isNumber()) {
          status.set(CPU_MEASURED, use);
        }
        older.add(MetricFields.MEASURED.older(metric));
      }
      annotations.put(CURRENT, older.toString());
    }
    var conditions = status.remove("conditions");
    if (conditions != null && !conditions.isEmpty()) {
      annotations.put(CONDITIONS, conditions.toString());
    }
  }

  private static void newerStatus(ObjectNode object, JsonNode annotations) {
    var current = newer(annotations.path(CURRENT), MetricFields.MEASURED);
    var conditions = array(annotations.path(CONDITIONS)).filter(AutoscalerConversion::isConditions);
    if (!object.has("status") && current.isEmpty() && conditions.isEmpty()) {
      return;
    }
    var status = object.withObject("status");
    if (status.path(REPLICAS).asInt(1) == 0) {
      // The newer version shows it only where there are any.
      status.remove(REPLICAS);
    }
    var cpu = status.remove(CPU_MEASURED);
    if (current.isPresent()) {
      status.set("currentMetrics", current.get());
    } else if (cpu != null && !cpu.isNull()) {
      var resource =
          status
              .putArray("currentMetrics")
              .addObject()
              .put("type", "Resource")
              .putObject("resource");
      resource.put("name", "cpu").putObject("current").set("averageUtilization", cpu);
    }
    conditions.ifPresent(list -> status.set("conditions", list));
  }

  private static boolean isCpu(JsonNode metric) {
    return metric.path("type").asString("").equals("Resource")
        && metric.path("resource").path("name").asString("").equals("cpu");
  }

  /** The metrics of an annotation; empty where it is not there or not of that form. */
  private static Optional<ArrayNode> newer(JsonNode annotation, MetricFields fields) {
    return array(annotation)
        .flatMap(
            list -> {
              var metrics = NODES.arrayNode();
              for (var metric : list) {
                var converted = fields.newer(metric);
                if (converted.isEmpty()) {
                  return Optional.empty();
                }
                metrics.add(converted.get());
              }
              return Optional.of(metrics);
            });
  }

  private static Optional<ArrayNode> array(JsonNode annotation) {
    try {
      return annotation.isString()
              && JSON.readTree(annotation.stringValue()) instanceof ArrayNode array
          ? Optional.of(array)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static boolean isConditions(ArrayNode conditions) {
    for (var condition : conditions) {
      if (!condition.isObject()) {
        return false;
      }
      for (var field : condition.properties()) {
        boolean isFine =
            field.getKey().equals("observedGeneration")
                ? field.getValue().isIntegralNumber()
                : CONDITION_TEXTS.contains(field.getKey())
                    && (field.getValue().isString() || field.getValue().isNull());
        if (!isFine) {
          return false;
        }
      }
    }
    return true;
  }

  private static void setAnnotations(ObjectNode object, ObjectNode annotations) {
    if (annotations.isEmpty()) {
      if (object.path("metadata") instanceof ObjectNode metadata) {
        metadata.remove("annotations");
      }
    } else {
      object.withObject("metadata").set("annotations", annotations);
    }
  }
}
