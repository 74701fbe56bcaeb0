package dev.nauarch.apiserver.strategy.autoscaling;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.ResourceRules;
import java.util.List;
import java.util.Map;

/**
 * The rules of the metrics of autoscalers.
 *
 * @param described what holds of references to what metrics are about
 */
record MetricRules(ReferenceRules described) {

  private static final Map<String, String> FIELD_BY_TYPE =
      Map.of(
          "Object", "object",
          "Pods", "pods",
          "Resource", "resource",
          "ContainerResource", "containerResource",
          "External", "external");

  /** In the order in which they are looked at: only the first of those given is. */
  private static final List<String> SOURCES =
      List.of("object", "external", "pods", "resource", "containerResource");

  void check(Problems problems, Field metric) {
    var type = metric.at("type");
    if (type.isEmpty()) {
      problems.required(type, "must specify a metric source type");
    }
    var wanted = FIELD_BY_TYPE.getOrDefault(type.text(), "");
    if (wanted.isEmpty()) {
      problems.notSupported(type, List.copyOf(FIELD_BY_TYPE.keySet()));
    }
    var given = SOURCES.stream().map(metric::at).filter(Field::isPresent).toList();
    if (!given.isEmpty()) {
      source(problems, given.getFirst());
    }
    if (!wanted.isEmpty() && !metric.at(wanted).isPresent()) {
      problems.required(metric.at(wanted), "must populate information for the given metric source");
    }
    if (given.size() != 1) {
      for (var other : given) {
        if (!other.key().equals(wanted)) {
          problems.forbidden(other, "must populate the given metric source only");
        }
      }
    }
  }

  private void source(Problems problems, Field source) {
    var target = source.at("target");
    switch (source.key()) {
      case "object" -> {
        described.check(problems, source.at("describedObject"));
        identifier(problems, source.at("metric"));
        target(problems, target);
        either(problems, target, "must set either a target value or averageValue");
      }
      case "external" -> {
        identifier(problems, source.at("metric"));
        target(problems, target);
        either(problems, target, "must set either a target value for metric or a per-pod target");
        if (target.at("value").isPresent() && target.at("averageValue").isPresent()) {
          problems.forbidden(
              target.at("value"),
              "may not set both a target value for metric and a per-pod target");
        }
      }
      case "pods" -> {
        identifier(problems, source.at("metric"));
        target(problems, target);
        if (!target.at("averageValue").isPresent()) {
          problems.required(
              target.at("averageValue"), "must specify a positive target averageValue");
        }
      }
      default -> resource(problems, source);
    }
  }

  private static void either(Problems problems, Field target, String detail) {
    if (!target.at("value").isPresent() && !target.at("averageValue").isPresent()) {
      problems.required(target.at("averageValue"), detail);
    }
  }

  private static void resource(Problems problems, Field source) {
    var name = source.at("name");
    boolean isOfContainer = source.key().equals("containerResource");
    if (name.isEmpty()) {
      problems.required(name, "must specify a resource name");
    } else if (isOfContainer) {
      ResourceRules.containerResource(problems, name);
    }
    var container = source.at("container");
    if (isOfContainer && container.isEmpty()) {
      problems.required(container, "must specify a container");
    } else if (isOfContainer) {
      problems.form(container, NameRules::label);
    }
    var target = source.at("target");
    target(problems, target);
    var use = target.at("averageUtilization");
    var value = target.at("averageValue");
    if (!use.isPresent() && !value.isPresent()) {
      problems.required(use, "must set either a target raw value or a target utilization");
    }
    if (use.isPresent() && value.isPresent()) {
      problems.forbidden(value, "may not set both a target raw value and a target utilization");
    }
  }

  private static void target(Problems problems, Field target) {
    var type = target.at("type");
    if (type.isEmpty()) {
      problems.required(type, "must specify a metric target type");
    }
    if (!List.of("Utilization", "Value", "AverageValue").contains(type.text())) {
      problems.invalid(type, "must be either Utilization, Value, or AverageValue");
    }
    for (var name : List.of("value", "averageValue")) {
      if (target.at(name).isPresent() && target.at(name).quantity().signum() <= 0) {
        problems.invalid(target.at(name), "must be positive");
      }
    }
    var use = target.at("averageUtilization");
    if (use.isPresent() && use.number(1) < 1) {
      problems.invalid(use, "must be greater than 0");
    }
  }

  private static void identifier(Problems problems, Field metric) {
    var name = metric.at("name");
    if (name.isEmpty()) {
      problems.required(name, "must specify a metric name");
    } else {
      problems.form(name, NameRules::pathSegment);
    }
  }
}
