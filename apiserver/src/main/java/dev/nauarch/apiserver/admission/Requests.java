package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;

/** Questions that several admissions ask of a request. */
final class Requests {

  private Requests() {}

  /** Whether it creates an object of a kind. */
  static boolean creates(AdmissionRequest request, String group, String kind) {
    return request.operation() == Operation.CREATE && isOf(request, group, kind);
  }

  /** Whether it is about an object of a kind and no subresource. */
  static boolean isOf(AdmissionRequest request, String group, String kind) {
    return request.subresource().isEmpty()
        && request.kind().kind().equals(kind)
        && request.kind().group().equals(group)
        && !request.kind().isDefined();
  }

  /** A refusal. */
  static ApiException forbidden(AdmissionRequest request, String why) {
    return ApiException.forbidden(
        request.kind().group(), request.kind().names().plural(), request.shownName(), why);
  }
}
