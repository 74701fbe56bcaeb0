package dev.nauarch.reconcile.autoscale;

import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Reading;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Tree;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricIdentifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Reads metrics from the three groups that have them, whoever serves them: {@code metrics.k8s.io},
 * {@code custom.metrics.k8s.io} and {@code external.metrics.k8s.io}.
 *
 * @param world whom to ask
 * @param namespace whose metrics
 */
public record MetricReader(Snapshot world, String namespace) {

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final String CUSTOM = "custom.metrics.k8s.io";
  private static final List<String> CUSTOM_VERSIONS = List.of("v1beta2", "v1beta1");

  /**
   * The use of a resource, by pod; a pod of which not all is known has none.
   *
   * @param container the container that counts; empty for all
   * @throws MetricFault there are no metrics at all
   */
  SequencedMap<String, Sample> ofResource(String resource, String container, PodSelector pods)
      throws MetricFault {
    var samples = new TreeMap<String, Sample>();
    for (var each : podMetrics(pods)) {
      var use = use(each.at("containers").items(), resource, container);
      if (use.isPresent()) {
        var window = duration(each.at("window").text());
        samples.put(
            each.at("metadata", "name").text(), new Sample(time(each), window, use.getAsLong()));
      }
    }
    return samples;
  }

  /**
   * What one container of a pod used.
   *
   * @param cpuMilli thousandths of cores
   * @param memoryMilli thousandths of bytes
   */
  public record ContainerUse(
      String pod, String container, Instant at, long cpuMilli, long memoryMilli) {}

  /**
   * What each container used; of those of which not both are known, nothing.
   *
   * @throws MetricFault there are no metrics at all
   */
  public List<ContainerUse> ofContainers(PodSelector pods) throws MetricFault {
    var all = new ArrayList<ContainerUse>();
    for (var pod : podMetrics(pods)) {
      for (var each : pod.at("containers").items()) {
        var cpu = each.at("usage", "cpu").text();
        var memory = each.at("usage", "memory").text();
        if (!cpu.isEmpty() && !memory.isEmpty()) {
          all.add(
              new ContainerUse(
                  pod.at("metadata", "name").text(),
                  each.at("name").text(),
                  time(pod),
                  Milli.of(cpu),
                  Milli.of(memory)));
        }
      }
    }
    return all;
  }

  private List<Tree> podMetrics(PodSelector pods) throws MetricFault {
    var path = "/apis/metrics.k8s.io/v1beta1/namespaces/" + namespace + "/pods";
    return items(
        path + "?labelSelector=" + ScaleTarget.encoded(pods.text()),
        "resource metrics API",
        "pods.metrics.k8s.io");
  }

  private static OptionalLong use(List<Tree> containers, String resource, String container) {
    var sum = OptionalLong.empty();
    for (var each : containers) {
      if (!container.isEmpty() && !each.at("name").text().equals(container)) {
        continue;
      }
      var amount = each.at("usage", resource).text();
      if (amount.isEmpty()) {
        return OptionalLong.empty();
      }
      sum = OptionalLong.of(Milli.sum(sum.orElse(0), Milli.of(amount)));
    }
    return sum;
  }

  /** A metric of pods, by pod. */
  SequencedMap<String, Sample> ofPods(MetricIdentifier metric, PodSelector pods)
      throws MetricFault {
    var path = custom() + "/namespaces/" + namespace + "/pods/*/" + name(metric);
    var query = "?labelSelector=" + ScaleTarget.encoded(pods.text()) + selecting(metric, '&');
    var samples = new TreeMap<String, Sample>();
    for (var each : items(path + query, "custom metrics API", "pods." + CUSTOM)) {
      samples.put(
          each.at("describedObject", "name").text(),
          new Sample(time(each), window(each), value(each)));
    }
    return samples;
  }

  private static Duration window(Tree item) {
    var seconds = item.at(item.at("windowSeconds").isPresent() ? "windowSeconds" : "window");
    return seconds.isPresent() ? Duration.ofSeconds(seconds.number()) : WINDOW;
  }

  /** A metric of one object of the namespace, or of the namespace itself. */
  long ofObject(CrossVersionObjectReference object, MetricIdentifier metric) throws MetricFault {
    var place = custom() + "/namespaces/" + namespace + "/" + place(object);
    var items =
        items(
            place + "/" + name(metric) + selecting(metric, '?'),
            "custom metrics API",
            metric.getName() + "." + CUSTOM);
    if (items.size() != 1) {
      throw new MetricFault(
          "unable to fetch metrics from custom metrics API: the custom metrics API server returned"
              + " %d results when we asked for exactly one".formatted(items.size()));
    }
    return value(items.getFirst());
  }

  private String place(CrossVersionObjectReference object) throws MetricFault {
    var group = Owners.group(object.getApiVersion() == null ? "" : object.getApiVersion());
    if (object.getKind().equals("Namespace") && group.isEmpty()) {
      return "metrics";
    }
    var kind = ScaleTarget.kinds(world, object).getFirst();
    var resource = group.isEmpty() ? kind.plural() : kind.plural() + "." + group;
    return resource + "/" + ScaleTarget.encoded(object.getName());
  }

  /** The values of a metric that has nothing to do with the cluster. */
  List<Long> ofOutside(MetricIdentifier metric) throws MetricFault {
    var path = "/apis/external.metrics.k8s.io/v1beta1/namespaces/" + namespace + "/" + name(metric);
    var text = PodSelector.text(metric.getSelector());
    var query = text.isEmpty() ? "" : "?labelSelector=" + ScaleTarget.encoded(text);
    var values = new ArrayList<Long>();
    var kind = metric.getName() + ".external.metrics.k8s.io";
    for (var each : items(path + query, "external metrics API", kind)) {
      values.add(value(each));
    }
    return values;
  }

  /** Names of metrics may hold anything, {@code |} and slashes for example. */
  private static String name(MetricIdentifier metric) {
    return ScaleTarget.encoded(metric.getName());
  }

  private static String selecting(MetricIdentifier metric, char before) {
    var text = PodSelector.text(metric.getSelector());
    return text.isEmpty() ? "" : before + "metricLabelSelector=" + ScaleTarget.encoded(text);
  }

  private String custom() throws MetricFault {
    return ScaleTarget.versions(world, CUSTOM).stream()
        .filter(CUSTOM_VERSIONS::contains)
        .findFirst()
        .map(version -> "/apis/" + CUSTOM + "/" + version)
        .orElseThrow(
            () ->
                new MetricFault(
                    "unable to fetch metrics from custom metrics API: no custom metrics API ("
                        + CUSTOM
                        + ") registered"));
  }

  private List<Tree> items(String path, String api, String kind) throws MetricFault {
    var unable = "unable to fetch metrics from " + api + ": ";
    var items =
        switch (world.read(path)) {
          case Reading.Found(var list) -> list.at("items").items();
          case Reading.Failed(var why) ->
              throw new MetricFault(unable + why + " (get " + kind + ")");
        };
    if (items.isEmpty()) {
      throw new MetricFault("no metrics returned from " + api);
    }
    return items;
  }

  private static long value(Tree item) {
    var text = item.at("value").text();
    return text.isEmpty() ? 0 : Milli.of(text);
  }

  private static Instant time(Tree item) {
    return Optional.of(item.at("timestamp").text())
        .filter(text -> !text.isEmpty())
        .map(Times::parse)
        .orElse(Instant.EPOCH);
  }

  /** A span as Go writes it, in hours, minutes and seconds: {@code 1m15.5s}. */
  private static Duration duration(String text) {
    if (text.isEmpty() || text.equals("0s")) {
      return Duration.ZERO;
    }
    try {
      return Duration.parse("PT" + text);
    } catch (java.time.format.DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}
