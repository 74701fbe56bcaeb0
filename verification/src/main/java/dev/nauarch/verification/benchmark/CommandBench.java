package dev.nauarch.verification.benchmark;

import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long commands take, as a user sees them: built, cached, from the shell script on. */
final class CommandBench {

  private static final int RUNS = 10;
  private static final int STARTS = 7;

  private final Cluster cluster;

  CommandBench(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Commands that ask a cluster that runs, and help. */
  List<Result> commands() throws IOException, InterruptedException {
    return List.of(
        timed("command-help", 60, "--help"),
        timed("command-other-help", 200, "up", "--help"),
        timed("command-status", 400, "status"));
  }

  private Result timed(String benchmark, double targetMs, String... words)
      throws IOException, InterruptedException {
    var latencies = new Latencies();
    cluster.nau(words);
    for (var i = 0; i < RUNS; i++) {
      latencies.add(cluster.nau(words));
    }
    return result(benchmark, "nau " + String.join(" ", words), RUNS, targetMs, latencies);
  }

  /** A cluster that stands still, until its node is Ready; it is left stopped. */
  Result starts() throws IOException, InterruptedException {
    var latencies = new Latencies();
    cluster.up();
    cluster.down();
    for (var i = 0; i < STARTS; i++) {
      var begin = System.nanoTime();
      cluster.up();
      latencies.add(System.nanoTime() - begin);
      cluster.down();
    }
    return result("command-up", "nau up --detach", STARTS, 2_000, latencies);
  }

  private static Result result(
      String benchmark, String command, int runs, double targetMs, Latencies latencies) {
    var setting = new LinkedHashMap<String, Object>();
    setting.put("command", command);
    setting.put("runs", runs);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("median_ms", latencies.milliseconds(0.5));
    numbers.put("worst_ms", latencies.milliseconds(1));
    return new Result(benchmark, setting, numbers, Map.of("median_ms", Target.atMost(targetMs)));
  }
}
