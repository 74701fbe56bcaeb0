package dev.nauarch.apiserver.usage;

import dev.nauarch.apiserver.usage.Measured.ContainerKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an agent says under {@code /metrics/resource}: counters of processor time, and memory.
 *
 * @param at when it was read
 * @param node of the whole node; empty where it does not say
 * @param containers by container
 */
record AgentPage(Instant at, Optional<Counters> node, Map<ContainerKey, Counters> containers) {

  private static final double NANOS = 1e9;
  private static final Pattern LINE =
      Pattern.compile(
          "(?<name>[a-z_]+)(?:\\{(?<labels>[^}]*)\\})?\\s+(?<value>[^\\s]+)(\\s+\\d+)?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Processor time so far, and memory now. */
  record Counters(double cpuSeconds, double memoryBytes) {}

  /** Both numbers of one thing, as they are read line by line. */
  private static final class Pair {
    private double cpu = Double.NaN;
    private double memory = Double.NaN;

    Optional<Counters> counters() {
      return Double.isNaN(cpu) || Double.isNaN(memory)
          ? Optional.empty()
          : Optional.of(new Counters(cpu, memory));
    }
  }

  /** Reads a page; lines of no use or no sense are left out. */
  static AgentPage parse(String text, Instant at) {
    var node = new Pair();
    var containers = new LinkedHashMap<ContainerKey, Pair>();
    for (var line : text.lines().toList()) {
      var matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      var labels = labels(matcher.group("labels"));
      var value = number(matcher.group("value"));
      switch (matcher.group("name")) {
        case "node_cpu_usage_seconds_total" -> node.cpu = value;
        case "node_memory_working_set_bytes" -> node.memory = value;
        case "container_cpu_usage_seconds_total" -> of(containers, labels).cpu = value;
        case "container_memory_working_set_bytes" -> of(containers, labels).memory = value;
        default -> {}
      }
    }
    var complete = new LinkedHashMap<ContainerKey, Counters>();
    containers.forEach(
        (key, pair) -> pair.counters().ifPresent(counters -> complete.put(key, counters)));
    return new AgentPage(at, node.counters(), complete);
  }

  private static Pair of(Map<ContainerKey, Pair> containers, Map<String, String> labels) {
    var key =
        new ContainerKey(
            labels.getOrDefault("namespace", ""),
            labels.getOrDefault("pod", ""),
            labels.getOrDefault("container", ""));
    return containers.computeIfAbsent(key, k -> new Pair());
  }

  private static Map<String, String> labels(@org.jspecify.annotations.Nullable String text) {
    var labels = new HashMap<String, String>();
    var matcher = LABEL.matcher(text == null ? "" : text);
    while (matcher.find()) {
      labels.put(matcher.group(1), matcher.group(2));
    }
    return labels;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** What was used since an earlier page; a counter that went back says nothing. */
  Measured since(AgentPage earlier) {
    var window = Duration.between(earlier.at, at);
    var used = new LinkedHashMap<ContainerKey, Usage>();
    containers.forEach(
        (key, now) ->
            usage(Optional.ofNullable(earlier.containers.get(key)), now, window)
                .ifPresent(usage -> used.put(key, usage)));
    return new Measured(at, window, node.flatMap(now -> usage(earlier.node, now, window)), used);
  }

  private static Optional<Usage> usage(Optional<Counters> before, Counters now, Duration window) {
    return before
        .filter(then -> now.cpuSeconds() >= then.cpuSeconds() && window.isPositive())
        .map(
            then ->
                new Usage(
                    Math.round(
                        (now.cpuSeconds() - then.cpuSeconds()) * NANOS * NANOS / window.toNanos()),
                    Math.round(now.memoryBytes())));
  }
}
