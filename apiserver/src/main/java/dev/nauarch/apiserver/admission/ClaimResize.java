package dev.nauarch.apiserver.admission;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import tools.jackson.databind.node.ObjectNode;

/** A claim grows only once it is bound, and where its storage class lets claims grow. */
final class ClaimResize implements Admission {

  private final ObjectView view;

  ClaimResize(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (request.operation() != Operation.UPDATE
        || !Requests.isOf(request, "", "PersistentVolumeClaim")) {
      return;
    }
    var claim = request.object().orElseThrow();
    var old = request.oldObject().orElseThrow();
    if (size(claim).compareTo(size(old)) <= 0) {
      return;
    }
    if (!old.path("status").path("phase").asString("").equals("Bound")) {
      throw Requests.forbidden(request, "Only bound persistent volume claims can be expanded");
    }
    if (!mayGrow(claim, old)) {
      throw Requests.forbidden(
          request,
          "only dynamically provisioned pvc can be resized and the storageclass that provisions"
              + " the pvc must support resize");
    }
  }

  private static Amount size(ObjectNode claim) {
    return Amount.parse(claim.at("/spec/resources/requests/storage").asString("0"));
  }

  private boolean mayGrow(ObjectNode claim, ObjectNode old) {
    var name = className(claim);
    return !name.isEmpty()
        && name.equals(className(old))
        && view.find("storage.k8s.io", "storageclasses", "", name)
            .map(found -> found.path("allowVolumeExpansion").asBoolean(false))
            .orElse(false);
  }

  private static String className(ObjectNode claim) {
    var annotations = claim.path("metadata").path("annotations");
    var field = claim.path("spec").path(DefaultClass.STORAGE.field()).asString("");
    return annotations.path(DefaultClass.STORAGE.oldName()).asString(field);
  }
}
