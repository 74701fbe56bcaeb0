package dev.nauarch.apiserver.usage;

import dev.nauarch.apiserver.object.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The processors and memory that the containers of a pod on a simulated node are said to use. */
final class PlayedUsage {

  private static final int NANO = 9;
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE / 1024);

  private PlayedUsage() {}

  /** The use of each container that runs; one of which nonsense is said is left out. */
  static Map<String, Usage> of(ObjectNode pod) {
    var usages = new LinkedHashMap<String, Usage>();
    var said = new SaidUsage(pod);
    var status = Json.child(pod, "status");
    running(status.path("containerStatuses"), said, true, usages);
    running(status.path("initContainerStatuses"), said, false, usages);
    return usages;
  }

  private static void running(
      JsonNode statuses, SaidUsage said, boolean isMain, Map<String, Usage> usages) {
    for (var status : statuses) {
      if (isRunning(status)) {
        var name = status.path("name").asString("");
        var cpu = said.amount(SaidUsage.Of.CPU, name, isMain);
        var memory = said.amount(SaidUsage.Of.MEMORY, name, isMain);
        if (cpu.isPresent() && memory.isPresent()) {
          usages.put(
              name,
              new Usage(
                  whole(cpu.get().value().movePointRight(NANO)), whole(memory.get().value())));
        }
      }
    }
  }

  /** Whether a container's status says that it runs. */
  static boolean isRunning(JsonNode status) {
    return status.path("state").path("running").isObject();
  }

  private static long whole(BigDecimal amount) {
    return amount.setScale(0, RoundingMode.CEILING).min(MAX).longValueExact();
  }
}
