package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.store.StoreException;
import java.util.List;

/** What a failure of the store means to a client. */
final class StoreAnswers {

  private StoreAnswers() {}

  static ApiException of(StoreException failure) {
    return switch (failure.reason()) {
      case COMPACTED ->
          new ApiException(
              ApiException.Reason.EXPIRED,
              "The resourceVersion for the provided list is too old.",
              ApiException.Details.NONE);
      case FUTURE_REVISION -> tooLarge("Too large resource version: " + failure.getMessage());
      case TOO_LARGE ->
          new ApiException(
              ApiException.Reason.REQUEST_ENTITY_TOO_LARGE,
              "Request entity too large: " + failure.getMessage(),
              ApiException.Details.NONE);
      case NO_SPACE ->
          new ApiException(
              ApiException.Reason.INTERNAL_ERROR,
              "the store's disk is full: " + failure.getMessage(),
              ApiException.Details.NONE);
      case UNAVAILABLE, SLOW_WATCHER ->
          new ApiException(
              ApiException.Reason.SERVICE_UNAVAILABLE,
              "the store is not available: " + failure.getMessage(),
              ApiException.Details.NONE);
      case UNREADABLE -> {
        var why = String.valueOf(failure.getMessage());
        var cause = new FieldError(FieldError.Type.OTHER, "", why);
        yield new ApiException(
            ApiException.Reason.INTERNAL_ERROR,
            "Internal error occurred: " + why,
            new ApiException.Details("", "", "", List.of(cause), 0));
      }
      case CORRUPT ->
          new ApiException(
              ApiException.Reason.INTERNAL_ERROR,
              "the store is damaged: " + failure.getMessage(),
              ApiException.Details.NONE);
    };
  }

  static ApiException tooLarge(long wanted, long current) {
    return tooLarge("Too large resource version: " + wanted + ", current: " + current);
  }

  private static ApiException tooLarge(String message) {
    // Clients know the case by this cause, and ask again.
    var cause =
        new FieldError(
            FieldError.Type.RESOURCE_VERSION_TOO_LARGE, "", "Too large resource version");
    return new ApiException(
        ApiException.Reason.TIMEOUT,
        "Timeout: " + message,
        new ApiException.Details("", "", "", List.of(cause), 1));
  }
}
