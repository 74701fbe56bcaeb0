package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Allocation;
import dev.nauarch.apiserver.request.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What people and dashboards see of priority levels, under the names that Kubernetes gives it. */
final class FlowPages {

  private static final String DEBUG = "/debug/api_priority_and_fairness/";
  private static final String PREFIX = "apiserver_flowcontrol_";
  private static final int COLUMN_MIN = 8;
  private static final List<String> LEVEL_COLUMNS =
      List.of(
          "PriorityLevelName",
          "ActiveQueues",
          "IsIdle",
          "IsQuiescing",
          "WaitingRequests",
          "ExecutingRequests",
          "DispatchedRequests",
          "RejectedRequests",
          "TimedoutRequests",
          "CancelledRequests");

  private FlowPages() {}

  static Optional<Response> find(String path, FlowConfig config) {
    if (!path.equals(DEBUG + "dump_priority_levels")) {
      return Optional.empty();
    }
    var text = table(levels(config)).getBytes(StandardCharsets.UTF_8);
    return Optional.of(new Response.Full(200, "text/plain; charset=utf-8", text, List.of()));
  }

  private static List<List<String>> levels(FlowConfig config) {
    var rows = new ArrayList<List<String>>();
    rows.add(LEVEL_COLUMNS);
    for (var level : config.levels()) {
      var sight = level.sight();
      rows.add(
          List.of(
              level.name(),
              Integer.toString(sight.queuesWaiting()),
              Boolean.toString(sight.executing() + sight.waiting() == 0),
              Boolean.toString(level.settings().isLeaving()),
              Integer.toString(sight.waiting()),
              Integer.toString(sight.executing()),
              sum(config, level, stats -> stats.dispatched.sum()),
              sum(config, level, FlowStats::rejected),
              "0",
              sum(config, level, stats -> stats.timedOut.sum())));
    }
    return rows;
  }

  private static String sum(FlowConfig config, Level level, ToLongFunction<FlowStats> count) {
    return Long.toString(
        config.flows().stream()
            .filter(flow -> flow.level() == level)
            .mapToLong(flow -> count.applyAsLong(flow.stats()))
            .sum());
  }

  private static String table(List<List<String>> rows) {
    var text = new StringBuilder();
    for (var row : rows) {
      for (var i = 0; i < row.size(); i++) {
        var isLast = i == row.size() - 1;
        text.append(row.get(i)).append(isLast ? "\n" : ",");
        if (!isLast) {
          var column = i;
          var width = rows.stream().mapToInt(each -> each.get(column).length() + 2).max();
          var blanks = Math.max(COLUMN_MIN, width.orElse(0)) - row.get(i).length() - 1;
          text.append(" ".repeat(blanks));
        }
      }
    }
    return text.toString();
  }

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
