package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import java.util.Locale;

/** What containers use, in the metrics' text form and under the kubelet's names. */
final class UsageText {
  private final ContainerRuntime runtime;

  UsageText(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  String text() {
    var cpu = new StringBuilder("# TYPE container_cpu_usage_seconds_total counter\n");
    var memory = new StringBuilder("# TYPE container_memory_working_set_bytes gauge\n");
    var sandboxes = runtime.sandboxes();
    for (var container : runtime.containers()) {
      var sandbox =
          sandboxes.stream().filter(each -> each.id().equals(container.sandboxId())).findFirst();
      var usage = runtime.usage(container.id());
      if (container.state() != ContainerStatus.State.RUNNING
          || sandbox.isEmpty()
          || usage.isEmpty()) {
        continue;
      }
      var pod = sandbox.get().pod();
      var labels =
          "{container=\"%s\",namespace=\"%s\",pod=\"%s\"} "
              .formatted(container.name(), pod.namespace(), pod.name());
      cpu.append("container_cpu_usage_seconds_total").append(labels);
      cpu.append(String.format(Locale.ROOT, "%.9f%n", usage.get().cpuNanos() / 1e9));
      memory.append("container_memory_working_set_bytes").append(labels);
      memory.append(usage.get().memoryBytes()).append('\n');
    }
    return cpu.append(memory).toString();
  }
}
