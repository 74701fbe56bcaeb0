package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;

/** Nothing is created of a kind whose definition waits for its objects to go. */
final class EndingDefinitions implements Admission {

  private final ObjectView view;

  EndingDefinitions(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    var kind = request.kind();
    if (request.operation() != Operation.CREATE || !kind.isDefined()) {
      return;
    }
    var name = kind.names().plural() + "." + kind.group();
    if (view.isEnding("apiextensions.k8s.io", "customresourcedefinitions", "", name)) {
      throw Requests.forbidden(
          request, "create not allowed while custom resource definition is terminating");
    }
  }

  @Override
  public void validate(AdmissionRequest request) {}
}
