package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Query;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** What a request for a log may ask for. */
final class LogOptions {

  private LogOptions() {}

  /**
   * Refuses parameters that mean nothing.
   *
   * @throws ApiException {@code BAD_REQUEST}, {@code INVALID}
   */
  static void check(Query query, String pod) {
    var errors = new ArrayList<FieldError>();
    addUnlessAtLeast(0, query, "tailLines", errors);
    addUnlessAtLeast(1, query, "limitBytes", errors);
    addUnlessAtLeast(1, query, "sinceSeconds", errors);
    if (!query.text("sinceTime").isEmpty()) {
      checkTime(query.text("sinceTime"));
      if (!query.text("sinceSeconds").isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
      }
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("", "PodLogOptions", pod, errors);
    }
  }

  private static void addUnlessAtLeast(
      long min, Query query, String name, List<FieldError> errors) {
    var value = query.number(name, min);
    if (value < min) {
      errors.add(
          FieldError.invalid(
              name,
              Long.toString(value),
              min == 0 ? "must be greater than or equal to 0" : "must be greater than 0"));
    }
  }

  private static void checkTime(String text) {
    try {
      OffsetDateTime.parse(text);
    } catch (DateTimeException malformed) {
      throw ApiException.badRequest(
          "parsing time "
              + Json.quoted(text)
              + " as \"2006-01-02T15:04:05Z07:00\": cannot parse it");
    }
  }
}
