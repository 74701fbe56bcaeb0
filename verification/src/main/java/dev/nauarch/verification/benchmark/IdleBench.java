package dev.nauarch.verification.benchmark;

import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a server with one node takes while nobody asks anything of it. */
final class IdleBench {

  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final Duration MEASURED = Duration.ofSeconds(60);

  private IdleBench() {}

  static Result run(Cluster cluster) throws IOException, InterruptedException {
    var process = ProcessUse.of(cluster.pid());
    Thread.sleep(SETTLE);
    var before = process.cpuSeconds();
    Thread.sleep(MEASURED);
    var seconds = process.cpuSeconds() - before;
    var setting = new LinkedHashMap<String, Object>();
    setting.put("nodes", 1);
    setting.put("measured_s", MEASURED.toSeconds());
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("resident_mb", Math.round(process.residentMegabytes() * 10) / 10.0);
    numbers.put("cpu_percent", Math.round(seconds / MEASURED.toSeconds() * 1e4) / 100.0);
    return new Result(
        "idle",
        setting,
        numbers,
        Map.of("resident_mb", Target.atMost(400), "cpu_percent", Target.atMost(1)));
  }
}
