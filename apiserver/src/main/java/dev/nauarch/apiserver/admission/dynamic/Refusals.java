package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Answers to requests that dynamic admission stops. */
final class Refusals {

  private static final int CODE_MIN = 400;
  private static final int CODE_MAX = 999;

  private Refusals() {}

  /** What a webhook refuses, with the status that it gives. */
  static ApiException of(String webhook, JsonNode status) {
    var deniedBy = "admission webhook \"" + webhook + "\" denied the request";
    var message = Json.text(status, "message");
    var reason = Json.text(status, "reason");
    var code = status.path("code").asInt(0);
    var why = message.isEmpty() ? reason : message;
    var details = status.path("details");
    return ApiException.foreign(
        reason,
        code < CODE_MIN || code > CODE_MAX ? CODE_MIN : code,
        why.isEmpty() ? deniedBy + " without explanation" : deniedBy + ": " + why,
        new Details(
            Json.text(details, "group"),
            Json.text(details, "kind"),
            Json.text(details, "name"),
            causes(details.path("causes")),
            Math.max(0, details.path("retryAfterSeconds").asInt(0))));
  }

  private static List<FieldError> causes(JsonNode nodes) {
    var causes = new ArrayList<FieldError>();
    for (var node : nodes) {
      var reason = Json.text(node, "reason");
      var type = FieldError.Type.OTHER;
      for (var known : FieldError.Type.values()) {
        type = known.reason().equals(reason) ? known : type;
      }
      causes.add(new FieldError(type, Json.text(node, "field"), Json.text(node, "message")));
    }
    return List.copyOf(causes);
  }

  /** A refusal whose causes are named beside the message. */
  static ApiException withCauses(
      String reason, int code, String message, List<String> why, Details about) {
    var causes =
        why.stream().map(cause -> new FieldError(FieldError.Type.OTHER, "", cause)).toList();
    return ApiException.foreign(
        reason, code, message, new Details(about.group(), about.kind(), about.name(), causes, 0));
  }

  /** What is wrong with a patch: the cause says it, the message only that something is. */
  static String ofPatch(ApiException failure) {
    var causes = failure.details().causes();
    return causes.isEmpty() ? String.valueOf(failure.getMessage()) : causes.getFirst().message();
  }

  /** What is wrong with the form of an object, without saying of which kind it should be. */
  static String ofForm(ApiException failure) {
    var message = String.valueOf(failure.getMessage());
    var head = message.indexOf(" cannot be handled as a ");
    return head < 0 ? message : message.substring(message.indexOf(": ", head) + 2);
  }

  /** Something that is no answer has come from outside. */
  static ApiException internal(String why) {
    var cause = new FieldError(FieldError.Type.OTHER, "", why);
    return new ApiException(
        Reason.INTERNAL_ERROR,
        "Internal error occurred: " + why,
        new Details("", "", "", List.of(cause), 0));
  }
}
