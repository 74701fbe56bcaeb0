package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;

/** Which options of lists and watches go together. */
final class ListRules {

  private static final String MATCH = "resourceVersionMatch";
  private static final String INITIAL = "sendInitialEvents";
  private static final FieldError WITH_CONTINUE =
      FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided");

  private ListRules() {}

  /**
   * Checks the options of a list.
   *
   * @throws ApiException {@code INVALID} with everything that is wrong
   */
  static void checkList(Query query) {
    var match = query.text(MATCH);
    var version = query.text("resourceVersion");
    var errors = new ArrayList<FieldError>();
    if (!match.isEmpty()) {
      if (version.isEmpty()) {
        errors.add(
            FieldError.forbidden(
                MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
      }
      if (!query.text("continue").isEmpty()) {
        errors.add(WITH_CONTINUE);
      }
      if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
        errors.add(
            FieldError.notSupported(
                MATCH, Json.quoted(match), List.of("Exact", "NotOlderThan", "")));
      }
      if (match.equals("Exact") && version.equals("0")) {
        errors.add(
            FieldError.forbidden(
                MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
      }
    }
    if (query.has(INITIAL)) {
      errors.add(FieldError.forbidden(INITIAL, "sendInitialEvents is forbidden for list"));
    }
    refuse(errors);
  }

  /**
   * Checks the options of a watch.
   *
   * @throws ApiException {@code INVALID} with everything that is wrong
   */
  static void checkWatch(Query query) {
    var match = query.text(MATCH);
    var errors = new ArrayList<FieldError>();
    if (query.has(INITIAL) && !match.equals("NotOlderThan")) {
      errors.add(
          FieldError.forbidden(
              MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!match.isEmpty()) {
      if (!query.has(INITIAL)) {
        errors.add(
            FieldError.forbidden(
                MATCH,
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is"
                    + " provided"));
      }
      if (!match.equals("NotOlderThan")) {
        errors.add(FieldError.notSupported(MATCH, Json.quoted(match), List.of("NotOlderThan")));
      }
      if (!query.text("continue").isEmpty()) {
        errors.add(WITH_CONTINUE);
      }
    }
    refuse(errors);
  }

  private static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors);
    }
  }
}
