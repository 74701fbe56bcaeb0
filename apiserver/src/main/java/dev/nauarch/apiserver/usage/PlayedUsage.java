package dev.nauarch.apiserver.usage;

import dev.nauarch.api.OwnNames;
import dev.nauarch.apiserver.object.Json;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the containers of a pod on a simulated node are said to use: by annotation, or else nothing,
 * since they run nothing.
 */
final class PlayedUsage {

  private static final int NANO = 9;
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE / 1024);

  private PlayedUsage() {}

  /** The use of each container that runs; one whose annotation makes no sense is left out. */
  static Map<String, Usage> of(ObjectNode pod) {
    var usages = new LinkedHashMap<String, Usage>();
    var annotations = Json.child(Json.child(pod, "metadata"), "annotations");
    var status = Json.child(pod, "status");
    running(status.path("containerStatuses"), annotations, true, usages);
    running(status.path("initContainerStatuses"), annotations, false, usages);
    return usages;
  }

  private static void running(
      JsonNode statuses, ObjectNode annotations, boolean isMain, Map<String, Usage> usages) {
    for (var status : statuses) {
      if (status.path("state").path("running").isObject()) {
        var name = status.path("name").asString("");
        var cpu = amount(annotations, OwnNames.CPU_USAGE, name, isMain);
        var memory = amount(annotations, OwnNames.MEMORY_USAGE, name, isMain);
        if (cpu.isPresent() && memory.isPresent()) {
          usages.put(name, new Usage(whole(cpu.get().movePointRight(NANO)), whole(memory.get())));
        }
      }
    }
  }

  private static Optional<BigDecimal> amount(
      ObjectNode annotations, String annotation, String container, boolean isMain) {
    var own = Json.text(annotations, annotation + "." + container);
    var text = own.isEmpty() && isMain ? Json.text(annotations, annotation) : own;
    try {
      return Optional.of(
              text.isEmpty() ? BigDecimal.ZERO : Quantity.getAmountInBytes(new Quantity(text)))
          .filter(amount -> amount.signum() >= 0);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long whole(BigDecimal amount) {
    return amount.setScale(0, RoundingMode.CEILING).min(MAX).longValueExact();
  }
}
