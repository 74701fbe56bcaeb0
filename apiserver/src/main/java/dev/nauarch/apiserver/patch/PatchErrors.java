package dev.nauarch.apiserver.patch;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import java.util.List;

/** The answers to patches that can't be read or can't be applied. */
final class PatchErrors {

  private PatchErrors() {}

  /** A patch that is well-formed but does not fit the object: 422. */
  static ApiException notApplicable(String why) {
    // Kubernetes says only the first sentence; the cause is what a person needs, and kubectl
    // prints causes.
    return new ApiException(
        ApiException.Reason.INVALID,
        "the server rejected our request due to an error in our request",
        new ApiException.Details(
            "", "", "", List.of(new FieldError(FieldError.Type.INVALID, "patch", why)), 0));
  }

  /** A patch of the wrong form: 400. */
  static ApiException malformed(String why) {
    return ApiException.badRequest(why);
  }
}
