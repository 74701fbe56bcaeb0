package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the machine and its containers use, in the metrics' text form and under the kubelet's names.
 */
final class UsageText {
  private static final Logger LOG = LoggerFactory.getLogger(UsageText.class);
  private static final Path TIMES = Path.of("/proc/stat");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  /** The words of a line of times that are none of work, and the last one that is. */
  private static final int IDLE = 4;

  private static final int WAITING = 5;
  private static final int STEAL = 8;

  private final ContainerRuntime runtime;

  UsageText(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  /** The page of {@code /metrics/resource}. */
  String text() {
    return machine() + containers();
  }

  private static String machine() {
    try {
      return machine(Files.readString(TIMES), Files.readString(MEMORY));
    } catch (IOException e) {
      return ""; // of a machine that does not tell
    }
  }

  /**
   * What a machine uses by its own word.
   *
   * @param times as in {@code /proc/stat}, in hundredths of a second
   * @param memory as in {@code /proc/meminfo}, in KiB
   */
  static String machine(String times, String memory) {
    var words = times.lines().findFirst().orElse("").strip().split("\\s+", -1);
    long busy = 0;
    for (int i = 1; i < words.length && i <= STEAL; i++) {
      busy += i == IDLE || i == WAITING ? 0 : Long.parseLong(words[i]);
    }
    var used = (kibibytes(memory, "MemTotal:") - kibibytes(memory, "MemAvailable:")) * 1024;
    return "# TYPE node_cpu_usage_seconds_total counter\n"
        + String.format(Locale.ROOT, "node_cpu_usage_seconds_total %.2f%n", busy / 100.0)
        + "# TYPE node_memory_working_set_bytes gauge\n"
        + String.format(Locale.ROOT, "node_memory_working_set_bytes %d%n", used);
  }

  private static long kibibytes(String memory, String name) {
    return memory
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  private String containers() {
    var cpu = new StringBuilder("# TYPE container_cpu_usage_seconds_total counter\n");
    var memory = new StringBuilder("# TYPE container_memory_working_set_bytes gauge\n");
    try {
      for (var used : runtime.usage()) {
        var labels =
            "{container=\"%s\",namespace=\"%s\",pod=\"%s\"} "
                .formatted(used.container(), used.pod().namespace(), used.pod().name());
        cpu.append("container_cpu_usage_seconds_total").append(labels);
        cpu.append(String.format(Locale.ROOT, "%.9f%n", used.use().cpuNanos() / 1e9));
        memory.append("container_memory_working_set_bytes").append(labels);
        memory.append(used.use().memoryBytes()).append('\n');
      }
    } catch (RuntimeFault e) {
      LOG.warn("What containers use is not known: {}", e.getMessage());
    }
    return cpu.append(memory).toString();
  }
}
