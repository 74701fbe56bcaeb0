package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.object.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeType;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a webhook answers to a review, of which nothing is believed before it was looked at.
 *
 * @param review what came
 * @param isMutating whether the webhook may wish for a patch
 * @param isOld whether it is a {@code v1beta1} webhook, which need not say what it answers
 */
record ReviewAnswer(ObjectNode review, boolean isMutating, boolean isOld) {

  private static final String INVALID = "received invalid webhook response: ";
  private static final String UNDECODABLE = "received undecodable patch in webhook response: ";

  /** The answer is not what it must be; says why. */
  static final class MisreadException extends Exception {
    private static final long serialVersionUID = 1L;

    private MisreadException(String why) {
      super(why);
    }
  }

  /** A field: where it is, what Go calls the struct that it is in, and its type. */
  private record Field(String path, JsonNodeType type, String struct, String goType) {

    String name() {
      return path.substring(1).replace('/', '.');
    }
  }

  private static final List<Field> FIELDS =
      List.of(
          new Field("/response", JsonNodeType.OBJECT, "AdmissionReview", "v1.AdmissionResponse"),
          of("uid", JsonNodeType.STRING, "types.UID"),
          of("allowed", JsonNodeType.BOOLEAN, "bool"),
          of("status", JsonNodeType.OBJECT, "v1.Status"),
          of("patch", JsonNodeType.STRING, "[]uint8"),
          of("patchType", JsonNodeType.STRING, "v1.PatchType"),
          of("auditAnnotations", JsonNodeType.OBJECT, "map[string]string"),
          of("warnings", JsonNodeType.ARRAY, "[]string"),
          ofStatus("message", JsonNodeType.STRING, "string"),
          ofStatus("reason", JsonNodeType.STRING, "v1.StatusReason"),
          ofStatus("details", JsonNodeType.OBJECT, "v1.StatusDetails"),
          ofStatus("code", JsonNodeType.NUMBER, "int32"));

  private static Field of(String name, JsonNodeType type, String goType) {
    return new Field("/response/" + name, type, "AdmissionResponse", goType);
  }

  private static Field ofStatus(String name, JsonNodeType type, String goType) {
    return new Field("/response/status/" + name, type, "Status", goType);
  }

  /** The response, in which each field has its type, to the review of this uid. */
  JsonNode response(String uid) throws MisreadException {
    for (var field : FIELDS) {
      checkType(review.at(field.path), field);
    }
    var response = review.path("response");
    checkParts(response.path("warnings"), "warnings");
    checkParts(response.path("auditAnnotations"), "auditAnnotations");
    var code = review.at("/response/status/code");
    if (code.isNumber() && !code.canConvertToInt()) {
      throw mistyped("number " + code, "Status.response.status.code", "int32");
    }
    if (!response.isObject()) {
      throw new MisreadException(INVALID + "webhook response was absent");
    }
    if (!isOld) {
      checkIdentity(response, uid);
      checkPatch(response);
    }
    return response;
  }

  private static void checkType(JsonNode value, Field field) throws MisreadException {
    if (!value.isMissingNode() && !value.isNull() && value.getNodeType() != field.type) {
      throw mistyped(GoNames.of(value), field.struct + "." + field.name(), field.goType);
    }
  }

  private static void checkParts(JsonNode parts, String name) throws MisreadException {
    for (var part : parts) {
      if (!part.isString() && !part.isNull()) {
        throw mistyped(GoNames.of(part), "AdmissionResponse.response." + name, "string");
      }
    }
  }

  private static MisreadException mistyped(String found, String field, String type) {
    return new MisreadException(
        "failed to call webhook: json: cannot unmarshal %s into Go struct field %s of type %s"
            .formatted(found, field, type));
  }

  private void checkIdentity(JsonNode response, String uid) throws MisreadException {
    var answered = response.path("uid").asString("");
    if (!answered.equals(uid)) {
      throw new MisreadException(
          INVALID + "expected response.uid=\"" + uid + "\", got \"" + answered + "\"");
    }
    var apiVersion = Json.text(review, "apiVersion");
    var kind = Json.text(review, "kind");
    if (!apiVersion.equals(WebhookCall.GROUP + "v1") || !kind.equals("AdmissionReview")) {
      throw new MisreadException(
          INVALID
              + "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
              + (apiVersion.isEmpty() ? "/" : apiVersion)
              + ", Kind="
              + kind);
    }
  }

  private void checkPatch(JsonNode response) throws MisreadException {
    var hasPatch = !response.path("patch").asString("").isEmpty();
    var hasType = response.hasNonNull("patchType");
    var wrong = "";
    if (!isMutating) {
      wrong =
          hasPatch
              ? "validating webhook may not return response.patch"
              : hasType ? "validating webhook may not return response.patchType" : "";
    } else if (hasPatch && !hasType) {
      wrong = "webhook returned response.patch but not response.patchType";
    } else if (!hasPatch && hasType) {
      wrong = "webhook returned response.patchType but not response.patch";
    }
    var type = response.path("patchType").asString("");
    if (wrong.isEmpty() && hasType && type.isEmpty()) {
      wrong = "webhook returned invalid response.patchType of \"\"";
    }
    if (!wrong.isEmpty()) {
      throw new MisreadException(INVALID + wrong);
    }
    if (hasType && !type.equals("JSONPatch")) {
      throw new MisreadException("unsupported patch type \"" + type + "\"");
    }
  }

  /** The patch that a response wishes for; without operations where it wishes for none. */
  static ArrayNode patch(JsonNode response) throws MisreadException {
    var text = response.path("patch").asString("");
    if (text.isEmpty()) {
      return Json.MAPPER.createArrayNode();
    }
    try {
      var bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
      return operations(Json.MAPPER.readTree(bytes));
    } catch (IllegalArgumentException e) {
      throw new MisreadException("failed to call webhook: illegal base64 data in response.patch");
    } catch (JacksonException e) {
      throw new MisreadException(UNDECODABLE + "it is no JSON");
    }
  }

  private static ArrayNode operations(JsonNode patch) throws MisreadException {
    if (patch.isNull()) {
      return Json.MAPPER.createArrayNode();
    }
    if (!(patch instanceof ArrayNode operations)) {
      throw undecodable(patch, "jsonpatch.Patch");
    }
    for (var operation : operations) {
      if (!operation.isObject()) {
        throw undecodable(operation, "jsonpatch.Operation");
      }
    }
    return operations;
  }

  private static MisreadException undecodable(JsonNode found, String type) {
    return new MisreadException(
        UNDECODABLE
            + "json: cannot unmarshal %s into Go value of type %s"
                .formatted(GoNames.of(found), type));
  }
}
