package dev.nauarch.apiserver.usage;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said of the use of a pod on a simulated node: by its annotations, else by the stages that
 * its node goes by, else that it uses nothing.
 */
final class SaidUsage {

  /** Something of which a container may use some. */
  enum Of {
    CPU(OwnNames.CPU_USAGE, "cpu"),
    MEMORY(OwnNames.MEMORY_USAGE, "memory"),
    GPU(OwnNames.GPU_USAGE, "gpu"),
    GPU_MEMORY(OwnNames.GPU_MEMORY_USAGE, "gpuMemory");

    private final String annotation;
    private final String field;

    Of(String annotation, String field) {
      this.annotation = annotation;
      this.field = field;
    }
  }

  private final ObjectNode annotations;
  private final ObjectNode staged;

  SaidUsage(ObjectNode pod) {
    this.annotations = Json.child(Json.child(pod, "metadata"), "annotations");
    var text = Json.text(annotations, OwnNames.STAGED_USAGE);
    this.staged =
        text.isEmpty()
            ? Json.object()
            : Json.parse(text.getBytes(StandardCharsets.UTF_8)).orElseGet(Json::object);
  }

  /**
   * How much a container uses; empty where what is said makes no sense.
   *
   * @param isMain whether what is said of no container by name is said of it
   */
  Optional<Amount> amount(Of what, String container, boolean isMain) {
    var own = Json.text(annotations, what.annotation + "." + container);
    var main = isMain ? Json.text(annotations, what.annotation) : "";
    var stage = staged.path(container).path(what.field).asString("");
    return List.of(own, main, stage, "0").stream()
        .filter(text -> !text.isEmpty())
        .findFirst()
        .flatMap(Amount::read)
        .filter(amount -> amount.value().signum() >= 0);
  }
}
