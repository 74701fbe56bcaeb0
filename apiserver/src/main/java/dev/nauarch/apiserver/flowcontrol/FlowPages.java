package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Allocation;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What dashboards see of priority levels, under the names that Kubernetes gives it. */
final class FlowPages {

  private static final String PREFIX = "apiserver_flowcontrol_";

  private FlowPages() {}

  static void print(StringBuilder text, FlowConfig config) {
    var sights = config.levels().stream().map(level -> new Seen(level, level.sight())).toList();
    gauge(text, sights, "nominal_limit_seats", seen -> seen.bounds().nominal());
    gauge(text, sights, "lower_limit_seats", seen -> seen.bounds().least());
    gauge(text, sights, "upper_limit_seats", seen -> seen.bounds().most());
    gauge(text, sights, "current_limit_seats", seen -> seen.sight.limit());
    gauge(text, sights, "demand_seats_high_watermark", seen -> seen.sight.demand().most());
    gauge(text, sights, "demand_seats_average", seen -> seen.sight.demand().average());
    gauge(text, sights, "demand_seats_stdev", seen -> seen.sight.demand().deviation());
    gauge(text, sights, "demand_seats_smoothed", seen -> seen.sight.smoothed());
    var flows = config.flows();
    head(text, "rejected_requests_total", "counter", "Requests that were refused.");
    for (var flow : flows) {
      var stats = flow.stats();
      rejected(text, flow, "queue-full", stats.queueFull.sum());
      rejected(text, flow, "concurrency-limit", stats.noSeat.sum());
      rejected(text, flow, "time-out", stats.timedOut.sum());
    }
    each(text, flows, "dispatched_requests_total", stats -> stats.dispatched.sum());
    each(text, flows, "current_inqueue_requests", FlowStats::waiting);
    each(text, flows, "current_inqueue_seats", FlowStats::waitingSeats);
    each(text, flows, "current_executing_requests", FlowStats::executing);
    each(text, flows, "current_executing_seats", FlowStats::executingSeats);
    head(text, "request_wait_duration_seconds", "histogram", "How long requests waited.");
    for (var flow : flows) {
      if (flow.stats().dispatched.sum() > 0) {
        var labels = labels(flow) + ",execute=\"true\"";
        flow.stats().waits.print(text, PREFIX + "request_wait_duration_seconds", labels);
      }
    }
  }

  private record Seen(Level level, Level.Sight sight) {

    Allocation.Bounds bounds() {
      return level.settings().bounds();
    }
  }

  private static void gauge(
      StringBuilder text, List<Seen> levels, String name, Function<Seen, Number> value) {
    head(text, name, "gauge", "Seats of each priority level.");
    for (var seen : levels) {
      text.append(PREFIX)
          .append(name)
          .append("{priority_level=\"")
          .append(seen.level.name())
          .append("\"} ")
          .append(value.apply(seen))
          .append('\n');
    }
  }

  private static void each(
      StringBuilder text, List<Flow> flows, String name, ToLongFunction<FlowStats> value) {
    var isCounter = name.endsWith("_total");
    head(text, name, isCounter ? "counter" : "gauge", "Requests by flow schema.");
    for (var flow : flows) {
      sample(text, name, labels(flow), value.applyAsLong(flow.stats()));
    }
  }

  private static void rejected(StringBuilder text, Flow flow, String reason, long count) {
    if (count > 0) {
      var labels = labels(flow) + ",reason=\"" + reason + "\"";
      sample(text, "rejected_requests_total", labels, count);
    }
  }

  private static void sample(StringBuilder text, String name, String labels, long value) {
    text.append(PREFIX).append(name).append('{').append(labels).append("} ").append(value);
    text.append('\n');
  }

  private static String labels(Flow flow) {
    return String.format(
        Locale.ROOT, "flow_schema=\"%s\",priority_level=\"%s\"", flow.name(), flow.level().name());
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
  }
}
