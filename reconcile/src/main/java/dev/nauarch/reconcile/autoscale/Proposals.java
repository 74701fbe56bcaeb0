package dev.nauarch.reconcile.autoscale;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ContainerResourceMetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ExternalMetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricIdentifier;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricTarget;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ObjectMetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.PodsMetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ResourceMetricStatusBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What each metric of an autoscaler calls for.
 *
 * @param reader where metrics come from
 * @param selector which pods are scaled
 * @param calculator how many of them a metric calls for
 * @param there how many there are by the scale's word
 */
record Proposals(
    MetricReader reader, PodSelector selector, ReplicaCalculator calculator, int there) {

  /**
   * A number of replicas.
   *
   * @param metric the metric's name, for people
   */
  record Proposal(int replicas, String metric, MetricStatus status) {}

  /** The reason under which it is told that a metric can't be had. */
  static String failure(MetricSpec metric) {
    return "FailedGet" + metric.getType() + "Metric";
  }

  /** What stands before the fault of a metric where several are spoken of. */
  static String context(MetricSpec metric) {
    return switch (metric.getType()) {
      case "Object" -> "failed to get object metric value";
      case "Pods" -> "failed to get pods metric value";
      case "Resource" ->
          "failed to get " + metric.getResource().getName() + " resource metric value";
      case "ContainerResource" ->
          "failed to get "
              + metric.getContainerResource().getContainer()
              + " container metric value";
      default ->
          "failed to get " + metric.getExternal().getMetric().getName() + " external metric value";
    };
  }

  /**
   * What a metric calls for.
   *
   * @throws MetricFault it can't be had
   */
  Proposal of(MetricSpec metric) throws MetricFault {
    var status = new MetricStatusBuilder().withType(metric.getType());
    return switch (metric.getType()) {
      case "Resource" -> {
        var source = metric.getResource();
        var found = resource(source.getName(), "", source.getTarget());
        var current = current(found, source.getName(), source.getTarget());
        yield new Proposal(
            found.replicas(),
            name(source.getName(), "", source.getTarget()),
            status
                .withResource(
                    new ResourceMetricStatusBuilder()
                        .withName(source.getName())
                        .withCurrent(current)
                        .build())
                .build());
      }
      case "ContainerResource" -> {
        var source = metric.getContainerResource();
        var found = resource(source.getName(), source.getContainer(), source.getTarget());
        var current = current(found, source.getName(), source.getTarget());
        yield new Proposal(
            found.replicas(),
            name(source.getName(), "container ", source.getTarget()),
            status
                .withContainerResource(
                    new ContainerResourceMetricStatusBuilder()
                        .withName(source.getName())
                        .withContainer(source.getContainer())
                        .withCurrent(current)
                        .build())
                .build());
      }
      case "Pods" -> ofPods(metric, status);
      case "Object" -> ofObject(metric, status);
      default -> ofOutside(metric, status);
    };
  }

  private static String name(String resource, String container, MetricTarget target) {
    return target.getAverageValue() == null
        ? resource + " " + container + "resource utilization (percentage of request)"
        : resource + " resource";
  }

  private ReplicaCalculator.Result resource(String resource, String container, MetricTarget target)
      throws MetricFault {
    var isCpu = resource.equals("cpu");
    var average = target.getAverageValue();
    var context = "failed to get " + resource + (average == null ? " utilization" : " usage");
    try {
      var samples = samples(resource, container);
      if (average != null) {
        return calculator.byAverage(samples, Milli.of(average), isCpu);
      }
      var percent = target.getAverageUtilization();
      if (percent == null) {
        throw new MetricFault(
            "invalid resource metric source: neither an average utilization target nor an average"
                + " value (usage) target was set");
      }
      if (calculator.pods().isEmpty()) {
        throw new MetricFault("no pods returned by selector while calculating replica count");
      }
      var requests = Requests.of(calculator.pods(), resource, container);
      return calculator.byUtilization(samples, requests, percent, isCpu);
    } catch (MetricFault e) {
      throw e.in(context);
    }
  }

  private java.util.SequencedMap<String, Sample> samples(String resource, String container)
      throws MetricFault {
    try {
      return reader.ofResource(resource, container, selector);
    } catch (MetricFault e) {
      throw e.in("unable to get metrics for resource " + resource);
    }
  }

  private static MetricValueStatus current(
      ReplicaCalculator.Result found, String resource, MetricTarget target) {
    return new MetricValueStatusBuilder()
        .withAverageValue(Milli.ofResource(resource, found.milli()))
        .withAverageUtilization(
            target.getAverageValue() == null ? Integer.valueOf(found.percent()) : null)
        .build();
  }

  private Proposal ofPods(MetricSpec metric, MetricStatusBuilder status) throws MetricFault {
    var source = metric.getPods();
    java.util.SequencedMap<String, Sample> samples;
    try {
      samples = reader.ofPods(source.getMetric(), selector);
    } catch (MetricFault e) {
      throw e.in("unable to get metric " + source.getMetric().getName());
    }
    var found =
        calculator.byAverage(samples, Milli.of(source.getTarget().getAverageValue()), false);
    return new Proposal(
        found.replicas(),
        "pods metric " + source.getMetric().getName(),
        status
            .withPods(
                new PodsMetricStatusBuilder()
                    .withMetric(source.getMetric())
                    .withCurrent(value(found, true))
                    .build())
            .build());
  }

  private Proposal ofObject(MetricSpec metric, MetricStatusBuilder status) throws MetricFault {
    var source = metric.getObject();
    var name = source.getMetric().getName();
    var object = source.getDescribedObject();
    long milli;
    try {
      milli = reader.ofObject(object, source.getMetric());
    } catch (MetricFault e) {
      throw new MetricFault(
          "unable to get metric %s on %s %s/%s: %s"
              .formatted(
                  name, object.getKind(), reader.namespace(), object.getName(), e.message()));
    }
    var found = whole(milli, source.getTarget(), "object");
    var isShare = isShare(source.getTarget());
    return new Proposal(
        found.replicas(),
        isShare ? outside(source.getMetric()) : object.getKind() + " metric " + name,
        status
            .withObject(
                new ObjectMetricStatusBuilder()
                    .withDescribedObject(object)
                    .withMetric(source.getMetric())
                    .withCurrent(value(found, isShare))
                    .build())
            .build());
  }

  private Proposal ofOutside(MetricSpec metric, MetricStatusBuilder status) throws MetricFault {
    var source = metric.getExternal();
    var name = source.getMetric().getName();
    var isShare = isShare(source.getTarget());
    try {
      var milli = reader.ofOutside(source.getMetric()).stream().reduce(0L, Milli::sum);
      var found = whole(milli, source.getTarget(), "external");
      return new Proposal(
          found.replicas(),
          outside(source.getMetric()),
          status
              .withExternal(
                  new ExternalMetricStatusBuilder()
                      .withMetric(source.getMetric())
                      .withCurrent(value(found, isShare))
                      .build())
              .build());
    } catch (MetricFault e) {
      throw e.in(
          isShare
              ? "failed to get " + name + " external metric"
              : "failed to get external metric " + name);
    }
  }

  private ReplicaCalculator.Result whole(long milli, MetricTarget target, String kind)
      throws MetricFault {
    if (isShare(target)) {
      return calculator.byShare(milli, Milli.of(target.getAverageValue()), there);
    }
    if (target.getValue() == null) {
      throw new MetricFault(
          "invalid %s metric source: neither a value target nor an average value target was set"
              .formatted(kind));
    }
    return calculator.byValue(milli, Milli.of(target.getValue()));
  }

  private static boolean isShare(MetricTarget target) {
    return target.getType().equals("AverageValue") && target.getAverageValue() != null;
  }

  private static String outside(MetricIdentifier metric) {
    var selector = metric.getSelector();
    var text = selector == null ? "nil" : PodSelector.text(selector);
    return "external metric %s(%s)".formatted(metric.getName(), text);
  }

  private static MetricValueStatus value(ReplicaCalculator.Result found, boolean isAverage) {
    var milli = Milli.decimal(found.milli());
    return new MetricValueStatusBuilder()
        .withAverageValue(orNull(isAverage, milli))
        .withValue(orNull(!isAverage, milli))
        .build();
  }

  private static @Nullable Quantity orNull(boolean isWanted, Quantity quantity) {
    return isWanted ? quantity : null;
  }
}
