package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Pods stay five minutes on a node that is lost or not ready, unless they say otherwise. */
final class PodTolerations implements Admission {

  private static final int SECONDS = 300;
  private static final List<String> TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

  @Override
  public void mutate(AdmissionRequest request) {
    if (request.object().isEmpty() || !Requests.isOf(request, "", "Pod")) {
      return;
    }
    var spec = request.object().orElseThrow().withObject("spec");
    for (var taint : TAINTS) {
      if (!isTolerated(spec.path("tolerations"), taint)) {
        spec.withArray("tolerations")
            .addObject()
            .put("effect", "NoExecute")
            .put("key", taint)
            .put("operator", "Exists")
            .put("tolerationSeconds", SECONDS);
      }
    }
  }

  @Override
  public void validate(AdmissionRequest request) {}

  private static boolean isTolerated(JsonNode tolerations, String taint) {
    for (var toleration : tolerations) {
      var key = toleration.path("key").asString("");
      var effect = toleration.path("effect").asString("");
      if ((key.isEmpty() || key.equals(taint))
          && (effect.isEmpty() || effect.equals("NoExecute"))) {
        return true;
      }
    }
    return false;
  }
}
