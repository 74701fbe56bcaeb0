package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods learn where their nodes stand: a pod that gets its node, by a Binding or from its maker,
 * gets the node's zone and region as labels, in the place of what it had under their names
 * (KEP-4742).
 */
final class PodTopology implements Admission {

  private static final List<String> COPIED =
      List.of("topology.kubernetes.io/zone", "topology.kubernetes.io/region");

  private final ObjectView view;

  PodTopology(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (request.operation() != Operation.CREATE
        || !request.kind().kind().equals("Pod")
        || !request.kind().group().isEmpty()) {
      return;
    }
    var object = request.object().orElseThrow();
    switch (request.subresource()) {
      case "" -> label(object, Json.text(object, "spec", "nodeName"));
      case "binding" -> {
        if (Json.text(object, "target", "kind").equals("Node")) {
          label(object, Json.text(object, "target", "name"));
        }
      }
      default -> {}
    }
  }

  @Override
  public void validate(AdmissionRequest request) {}

  private void label(ObjectNode object, String node) {
    if (node.isEmpty()) {
      return;
    }
    for (var label : COPIED) {
      view.scalar("", "nodes", "", node, List.of("metadata", "labels", label))
          .ifPresent(
              value -> Json.childOf(Json.childOf(object, "metadata"), "labels").put(label, value));
    }
  }
}
