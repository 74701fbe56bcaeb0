package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;

/** A new node takes no pods until it is known to be ready, when a controller takes this taint. */
final class NodeTaint implements Admission {

  private static final String KEY = "node.kubernetes.io/not-ready";
  private static final String EFFECT = "NoSchedule";

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "Node")) {
      return;
    }
    var taints = request.object().orElseThrow().withObject("spec").withArray("taints");
    for (var taint : taints) {
      if (taint.path("key").asString("").equals(KEY)
          && taint.path("effect").asString("").equals(EFFECT)) {
        return;
      }
    }
    taints.addObject().put("effect", EFFECT).put("key", KEY);
  }

  @Override
  public void validate(AdmissionRequest request) {}
}
