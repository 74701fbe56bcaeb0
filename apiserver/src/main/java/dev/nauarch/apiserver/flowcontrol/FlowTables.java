package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.codec.GoDuration;
import dev.nauarch.apiserver.fairness.FairQueues;
import dev.nauarch.apiserver.fairness.Ticket;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.request.Query;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What people see of priority levels, their queues and requests, in the form of Kubernetes. */
final class FlowTables {

  private static final String DEBUG = "/debug/api_priority_and_fairness/";
  private static final int COLUMN_MIN = 8;
  private static final List<String> LEVELS =
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
  private static final List<String> QUEUES =
      List.of(
          "PriorityLevelName",
          "Index",
          "PendingRequests",
          "ExecutingRequests",
          "SeatsInUse",
          "NextDispatchR",
          "InitialSeatsSum",
          "MaxSeatsSum",
          "TotalWorkSum");
  private static final List<String> REQUESTS =
      List.of(
          "PriorityLevelName",
          "FlowSchemaName",
          "QueueIndex",
          "RequestIndexInQueue",
          "FlowDistingsher",
          "ArriveTime",
          "InitialSeats",
          "FinalSeats",
          "AdditionalLatency",
          "StartTime");
  private static final List<String> DETAILS =
      List.of(
          "UserName",
          "Verb",
          "APIPath",
          "Namespace",
          "Name",
          "APIVersion",
          "Resource",
          "SubResource");

  /** What stands for a time that has not come. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private FlowTables() {}

  /**
   * The page of a path; empty where there is none.
   *
   * @param nowNanos the time by the clock of the levels
   */
  static Optional<Response> find(Request request, FlowConfig config, long nowNanos) {
    return switch (request.path()) {
      case DEBUG + "dump_priority_levels" -> Optional.of(page(levels(config)));
      case DEBUG + "dump_queues" -> Optional.of(page(queues(config)));
      case DEBUG + "dump_requests" -> {
        var isDetailed = !Query.parse(request.query()).text("includeRequestDetails").isEmpty();
        yield Optional.of(page(new Requests(nowNanos, isDetailed).rows(config)));
      }
      default -> Optional.empty();
    };
  }

  private static Response page(List<List<String>> rows) {
    var text = table(rows).getBytes(StandardCharsets.UTF_8);
    return new Response.Full(200, "text/plain; charset=utf-8", text, List.of());
  }

  private static List<List<String>> levels(FlowConfig config) {
    var rows = new ArrayList<List<String>>();
    rows.add(LEVELS);
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

  private static List<List<String>> queues(FlowConfig config) {
    var rows = new ArrayList<List<String>>();
    rows.add(QUEUES);
    for (var level : config.levels()) {
      for (var queue : level.sight().queues()) {
        rows.add(
            List.of(
                level.name(),
                Integer.toString(queue.index()),
                Integer.toString(queue.waiting().size()),
                Integer.toString(queue.executing()),
                Integer.toString(queue.seatsInUse()),
                seatSeconds(queue.nextSeconds()),
                Integer.toString(queue.waiting().stream().mapToInt(Ticket::initialSeats).sum()),
                Integer.toString(queue.waiting().stream().mapToInt(Ticket::seats).sum()),
                seatSeconds(queue.workSeconds())));
      }
    }
    return rows;
  }

  private static String seatSeconds(double value) {
    return String.format(Locale.ROOT, "%.8fss", value);
  }

  /** The table of requests, by one clock. */
  private record Requests(long nowNanos, boolean isDetailed) {

    List<List<String>> rows(FlowConfig config) {
      var rows = new ArrayList<List<String>>();
      var head = new ArrayList<>(REQUESTS);
      if (isDetailed) {
        head.addAll(DETAILS);
      }
      rows.add(head);
      for (var level : config.levels()) {
        var sight = level.sight();
        for (var queue : sight.queues()) {
          for (var i = 0; i < queue.waiting().size(); i++) {
            rows.add(row(level, (Seat) queue.waiting().get(i), i));
          }
        }
        sight.running().forEach(ticket -> rows.add(row(level, (Seat) ticket, -1)));
      }
      return rows;
    }

    private List<String> row(Level level, Seat seat, int place) {
      var asked = seat.asked();
      var wanted = asked.wanted();
      var row =
          new ArrayList<>(
              List.of(
                  level.name(),
                  seat.flow().name(),
                  Integer.toString(FairQueues.queueOf(seat)),
                  Integer.toString(place),
                  seat.flow().distinguisher(asked.user(), wanted),
                  time(seat.arrivedNanos()),
                  Integer.toString(seat.initialSeats()),
                  Integer.toString(seat.finalSeats()),
                  GoDuration.print(seat.lingerNanos()),
                  place < 0 ? time(seat.startedNanos()) : NEVER));
      if (isDetailed) {
        var group = wanted.group().isEmpty() ? "" : wanted.group() + "/";
        row.addAll(
            List.of(
                asked.user().name(),
                wanted.verb(),
                path(wanted),
                wanted.namespace(),
                wanted.name(),
                group + wanted.version(),
                wanted.resource(),
                wanted.subresource()));
      }
      return row;
    }

    private static String path(Attributes wanted) {
      if (!wanted.isResource()) {
        return wanted.path();
      }
      var path = new StringBuilder(wanted.group().isEmpty() ? "/api" : "/apis/" + wanted.group());
      add(path, wanted.version());
      if (!wanted.namespace().isEmpty() && !wanted.resource().equals("namespaces")) {
        add(path.append("/namespaces"), wanted.namespace());
      }
      add(path, wanted.resource());
      add(path, wanted.name());
      add(path, wanted.subresource());
      return path.toString();
    }

    private static void add(StringBuilder path, String step) {
      if (!step.isEmpty()) {
        path.append('/').append(step);
      }
    }

    private String time(long nanos) {
      return Instant.now().minusNanos(nowNanos - nanos).toString();
    }
  }
}
