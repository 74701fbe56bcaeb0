package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.Comparator;
import tools.jackson.databind.node.ObjectNode;

/** Claims that name no storage class get the default one; the newest, where several are. */
final class ClaimStorageClass implements Admission {

  private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";
  private static final String LEGACY_CLASS = "volume.beta.kubernetes.io/storage-class";

  private final ObjectView view;

  ClaimStorageClass(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "PersistentVolumeClaim")) {
      return;
    }
    var claim = request.object().orElseThrow();
    var spec = claim.withObject("spec");
    if (spec.has("storageClassName")
        || claim.path("metadata").path("annotations").has(LEGACY_CLASS)) {
      return;
    }
    view.list("storage.k8s.io", "storageclasses", "").stream()
        .filter(ClaimStorageClass::isDefault)
        .max(
            Comparator.comparing((ObjectNode found) -> metadata(found, "creationTimestamp"))
                .thenComparing(found -> metadata(found, "name"), Comparator.reverseOrder()))
        .ifPresent(found -> spec.put("storageClassName", metadata(found, "name")));
  }

  @Override
  public void validate(AdmissionRequest request) {}

  private static boolean isDefault(ObjectNode storageClass) {
    var annotations = storageClass.path("metadata").path("annotations");
    return annotations.path(IS_DEFAULT).asString("").equals("true");
  }

  private static String metadata(ObjectNode object, String field) {
    return object.path("metadata").path(field).asString("");
  }
}
