package dev.nauarch.apiserver;

import dev.nauarch.apiserver.audit.AuditLog;
import dev.nauarch.apiserver.request.Metrics;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.watch.WatchCache;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Counts requests, and shows the counts under the names that Kubernetes gives them. */
final class RequestMetrics implements Metrics {

  private static final double[] BOUNDS_SECONDS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
    60
  };

  private record Series(
      String verb, String group, String resource, String subresource, int status) {}

  private record Timed(String verb, String group, String resource, String subresource) {}

  private static final class Histogram {
    private final LongAdder[] counts = new LongAdder[BOUNDS_SECONDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Histogram() {
      for (var i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void add(Duration took) {
      var seconds = took.toNanos() / 1e9;
      var at = 0;
      while (at < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[at]) {
        at++;
      }
      counts[at].increment();
      nanos.add(took.toNanos());
    }
  }

  private final WatchCache cache;
  private final Optional<AuditLog> audit;
  private final Consumer<StringBuilder> others;
  private final Map<Series, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<Timed, Histogram> durations = new ConcurrentHashMap<>();

  /**
   * @param cache whose objects are counted
   * @param audit whose events are counted
   * @param others adds further metrics to the page
   */
  RequestMetrics(WatchCache cache, Optional<AuditLog> audit, Consumer<StringBuilder> others) {
    this.cache = cache;
    this.others = others;
    this.audit = audit;
  }

  @Override
  public void answered(
      String verb, String group, String resource, String subresource, int status, Duration took) {
    // A path that was guessed must not make a series of its own.
    var isKnown = status < 400 || !cache.isUnknown(group, resource);
    var name = isKnown ? resource : "";
    requests
        .computeIfAbsent(
            new Series(verb, isKnown ? group : "", name, isKnown ? subresource : "", status),
            any -> new LongAdder())
        .increment();
    if (!verb.equals("watch")) {
      durations
          .computeIfAbsent(
              new Timed(verb, isKnown ? group : "", name, isKnown ? subresource : ""),
              any -> new Histogram())
          .add(took);
    }
  }

  /** The page in the text format of Prometheus. */
  Optional<Response> page(Request request) {
    var text = new StringBuilder(8192);
    head(text, "apiserver_request_total", "counter", "Requests by verb, resource and code.");
    requests.forEach(
        (series, count) ->
            text.append("apiserver_request_total{code=\"")
                .append(series.status)
                .append("\",")
                .append(labels(series.verb, series.group, series.resource, series.subresource))
                .append("} ")
                .append(count.sum())
                .append('\n'));
    head(text, "apiserver_request_duration_seconds", "histogram", "How long answers took.");
    durations.forEach((timed, histogram) -> histogram(text, timed, histogram));
    head(text, "apiserver_storage_objects", "gauge", "Stored objects by resource.");
    var resources = new TreeMap<>(cache.resources());
    resources.forEach(
        (resource, objects) -> line(text, "apiserver_storage_objects", resource, objects.size()));
    head(text, "apiserver_watchers", "gauge", "Open watches by resource.");
    resources.forEach(
        (resource, objects) -> line(text, "apiserver_watchers", resource, objects.watches()));
    audit.ifPresent(log -> audit(text, log));
    others.accept(text);
    return Optional.of(
        new Response.Full(
            200,
            "text/plain; version=0.0.4; charset=utf-8",
            text.toString().getBytes(StandardCharsets.UTF_8),
            List.of()));
  }

  private static void audit(StringBuilder text, AuditLog log) {
    head(text, "apiserver_audit_event_total", "counter", "Audit events that were written.");
    text.append("apiserver_audit_event_total ").append(log.written()).append('\n');
    head(text, "apiserver_audit_error_total", "counter", "Audit events that were lost.");
    text.append("apiserver_audit_error_total{plugin=\"log\"} ").append(log.lost()).append('\n');
  }

  private static void histogram(StringBuilder text, Timed timed, Histogram histogram) {
    var labels = labels(timed.verb, timed.group, timed.resource, timed.subresource);
    var total = 0L;
    for (var i = 0; i <= BOUNDS_SECONDS.length; i++) {
      total += histogram.counts[i].sum();
      text.append("apiserver_request_duration_seconds_bucket{")
          .append(labels)
          .append(",le=\"")
          .append(i < BOUNDS_SECONDS.length ? Double.toString(BOUNDS_SECONDS[i]) : "+Inf")
          .append("\"} ")
          .append(total)
          .append('\n');
    }
    text.append("apiserver_request_duration_seconds_sum{")
        .append(labels)
        .append("} ")
        .append(histogram.nanos.sum() / 1e9)
        .append("\napiserver_request_duration_seconds_count{")
        .append(labels)
        .append("} ")
        .append(total)
        .append('\n');
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder text, String name, String resource, long value) {
    var slash = resource.indexOf('/');
    var group = resource.substring(0, slash);
    var plural = resource.substring(slash + 1, resource.length() - 1);
    text.append(name).append("{resource=\"").append(plural);
    if (!group.equals("core")) {
      text.append('.').append(group);
    }
    text.append("\"} ").append(value).append('\n');
  }

  private static String labels(String verb, String group, String resource, String subresource) {
    return "group=\""
        + escaped(group)
        + "\",resource=\""
        + escaped(resource)
        + "\",subresource=\""
        + escaped(subresource)
        + "\",verb=\""
        + escaped(verb.toUpperCase(Locale.ROOT))
        + "\"";
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
