package dev.nauarch.apiserver.admission;

import dev.nauarch.api.PodGroupProtection;
import dev.nauarch.api.Resources;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;

/** A PodGroup that is deleted stays until a controller finds that no pod of it may run. */
final class GroupFinalizer implements Admission {

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, Resources.POD_GROUPS.group(), "PodGroup")) {
      return;
    }
    var finalizers = request.object().orElseThrow().withObject("metadata").withArray("finalizers");
    for (var finalizer : finalizers) {
      if (finalizer.asString("").equals(PodGroupProtection.FINALIZER)) {
        return;
      }
    }
    finalizers.add(PodGroupProtection.FINALIZER);
  }

  @Override
  public void validate(AdmissionRequest request) {}
}
