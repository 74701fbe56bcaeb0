package dev.nauarch.routing;

import java.util.Optional;

/**
 * What a model server says of itself, under vLLM's metric names.
 *
 * @param waiting {@code vllm:num_requests_waiting}
 * @param running {@code vllm:num_requests_running}
 * @param cacheUsage {@code vllm:kv_cache_usage_perc}, 0 to 1
 */
public record ServerMetrics(long waiting, long running, double cacheUsage) {

  /**
   * Reads the Prometheus text form. Series of one name are added up, as a server with several
   * engines has several; of the cache usage the highest counts.
   *
   * @return empty where the text has no queue depth at all
   */
  public static Optional<ServerMetrics> parse(String text) {
    var waiting = 0.0;
    var running = 0.0;
    var usage = 0.0;
    var isKnown = false;
    for (var line : text.split("\n", -1)) {
      var name = line.split("[{ ]", 2)[0];
      var value = value(line);
      if (value.isEmpty()) {
        continue;
      }
      switch (name) {
        case "vllm:num_requests_waiting" -> {
          waiting += value.get();
          isKnown = true;
        }
        case "vllm:num_requests_running" -> running += value.get();
        case "vllm:kv_cache_usage_perc" -> usage = Math.max(usage, value.get());
        default -> {}
      }
    }
    return isKnown
        ? Optional.of(new ServerMetrics(Math.round(waiting), Math.round(running), usage))
        : Optional.empty();
  }

  private static Optional<Double> value(String line) {
    if (line.startsWith("#")) {
      return Optional.empty();
    }
    var rest = line.substring(line.lastIndexOf('}') + 1).strip().split("\\s+", -1);
    var at = line.contains("}") ? 0 : 1;
    var text = at < rest.length ? rest[at] : "";
    try {
      return Optional.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
