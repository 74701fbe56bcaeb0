package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;

/**
 * Refuses pods that name a RuntimeClass, as any cluster does where there is none of that name: to
 * run a pod with less isolation than it asks for would be worse than not to run it.
 */
final class PodRuntimeClass implements Admission {

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "Pod")) {
      return;
    }
    var spec = request.object().orElseThrow().path("spec");
    var name = spec.path("runtimeClassName").asString("");
    if (!name.isEmpty()) {
      throw Requests.forbidden(request, "pod rejected: RuntimeClass \"" + name + "\" not found");
    }
    if (!spec.path("overhead").isEmpty()) {
      throw Requests.forbidden(
          request,
          "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
  }

  @Override
  public void validate(AdmissionRequest request) {}
}
