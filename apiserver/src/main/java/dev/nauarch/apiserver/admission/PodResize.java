package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.quota.PodAmounts;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Refuses a resize to more than the pod's node has altogether: it would never come about. */
final class PodResize implements Admission {

  private final ObjectView view;

  PodResize(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (request.operation() != Operation.UPDATE
        || !request.subresource().equals("resize")
        || !request.kind().kind().equals("Pod")
        || !request.kind().group().isEmpty()) {
      return;
    }
    var spec = request.object().orElseThrow().path("spec");
    var node = spec.path("nodeName").asString("");
    if (node.isEmpty() || JsonValues.same(spec, request.oldObject().orElseThrow().path("spec"))) {
      return;
    }
    var found =
        view.find("", "nodes", "", node)
            .orElseThrow(() -> Requests.forbidden(request, "node \"" + node + "\" not found"));
    var system = found.path("metadata").path("labels").path("kubernetes.io/os").asString("linux");
    if (!system.equals("linux")) {
      throw Requests.forbidden(
          request,
          "pod resize is only supported on linux nodes, node \"%s\" is \"%s\""
              .formatted(node, system));
    }
    room(request, ModelCodec.decode(spec, PodSpec.class), found);
  }

  private static void room(AdmissionRequest request, PodSpec spec, ObjectNode node) {
    var allocatable = LimitRanger.amounts(node.path("status").path("allocatable"));
    var asked = PodAmounts.requestsWithOverhead(spec);
    var lacking = new ArrayList<String>();
    for (var name : asked.only(List.of("cpu", "memory")).names()) {
      var wanted = asked.get(name);
      var there = allocatable.get(name);
      if (wanted.compareTo(there) > 0) {
        lacking.add(
            "%s, requested: %s, allocatable: %s"
                .formatted(name, wanted.counted(name), there.counted(name)));
      }
    }
    if (!lacking.isEmpty()) {
      throw Requests.forbidden(
          request, "node didn't have enough allocatable resources: " + String.join("; ", lacking));
    }
  }
}
