package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Shows admission the scale of an object that is written by it, and not the object. */
public final class ScaleAdmission implements Admission {

  private final Admission admission;
  private final ScaleView view;

  /** Shows this admission this view. */
  public ScaleAdmission(Admission admission, ScaleView view) {
    this.admission = admission;
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    var object = request.object().orElseThrow();
    var scale = view.scale(object);
    var before = scale.deepCopy();
    admission.mutate(shown(request, scale));
    if (!scale.equals(before)) {
      var changed = view.scaled(object, scale);
      object.removeAll();
      object.setAll(changed);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    admission.validate(shown(request, view.scale(request.object().orElseThrow())));
  }

  private AdmissionRequest shown(AdmissionRequest request, ObjectNode scale) {
    return new AdmissionRequest(
        request.operation(),
        request.kind(),
        "scale",
        request.target(),
        Optional.of(scale),
        request.oldObject().map(view::scale),
        request.context());
  }
}
