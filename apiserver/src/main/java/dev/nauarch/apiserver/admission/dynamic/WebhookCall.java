package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.webhook.WebhookAnswer;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a webhook about a request, and reads what it answers. */
final class WebhookCall {

  private static final String GROUP = "admission.k8s.io/";

  private final WebhookClient client;
  private final boolean isMutating;

  WebhookCall(WebhookClient client, boolean isMutating) {
    this.client = client;
    this.isMutating = isMutating;
  }

  /** What came of asking. */
  sealed interface Outcome {

    /**
     * It has no objection.
     *
     * @param patch what it wants changed; without items where it wants nothing
     * @param told what it says beside
     */
    record Allowed(ArrayNode patch, Told told) implements Outcome {}

    /** It refuses the request. */
    record Denied(ApiException refusal, Told told) implements Outcome {}

    /** It could not be asked, or its answer is none. */
    record Failed(String why) implements Outcome {}
  }

  /**
   * What a webhook says beside its answer.
   *
   * @param warnings what it wants the client to be told
   * @param annotations what it wants the audit log to be told
   */
  record Told(List<String> warnings, SortedMap<String, String> annotations) {
    private static final Told NOTHING = new Told(List.of(), Collections.emptySortedMap());

    void passOn(Webhook webhook, Reviewed reviewed) {
      Warnings.add(reviewed, warnings);
      Notes.addAll(webhook.name(), annotations);
    }
  }

  Outcome ask(Webhook webhook, Reviewed request, Kind as) {
    if (request.request().context().isDryRun() && webhook.terms().hasSideEffects()) {
      return new Outcome.Denied(
          ApiException.badRequest(
              "admission webhook \"" + webhook.name() + "\" does not support dry run"),
          Told.NOTHING);
    }
    var uid = UUID.randomUUID().toString();
    var review = review(webhook, request, as, uid);
    try {
      return switch (client.post(webhook.address(), review, webhook.terms().timeout())) {
        case WebhookAnswer.Failed(var why) -> failed(webhook, "failed to call webhook: " + why);
        case WebhookAnswer.Answered(var body) -> read(webhook, uid, body);
      };
    } catch (IllegalArgumentException badAddress) {
      return failed(webhook, "could not get REST client: " + badAddress.getMessage());
    }
  }

  private static Outcome.Failed failed(Webhook webhook, String why) {
    return new Outcome.Failed("failed calling webhook \"" + webhook.name() + "\": " + why);
  }

  private static ObjectNode review(Webhook webhook, Reviewed request, Kind as, String uid) {
    var form = Json.object().put("uid", uid);
    form.setAll(RequestForm.of(request, as));
    form.set("object", orNull(request.object(as)));
    form.set("oldObject", orNull(request.oldObject(as)));
    var review = Json.object();
    review.put("kind", "AdmissionReview").put("apiVersion", GROUP + webhook.reviewVersion());
    review.set("request", form);
    return review;
  }

  private static JsonNode orNull(Optional<ObjectNode> object) {
    return object.isPresent() ? object.get() : tools.jackson.databind.node.NullNode.instance;
  }

  private Outcome read(Webhook webhook, String uid, ObjectNode review) {
    try {
      var response = verified(webhook, uid, review);
      var warnings = new ArrayList<String>();
      for (var warning : response.path("warnings")) {
        warnings.add(text(warning, "warnings"));
      }
      var annotations = new TreeMap<String, String>();
      for (var field : response.path("auditAnnotations").properties()) {
        annotations.put(field.getKey(), text(field.getValue(), "auditAnnotations"));
      }
      var told = new Told(List.copyOf(warnings), annotations);
      if (!flag(response.path("allowed"))) {
        return new Outcome.Denied(Refusals.of(webhook.name(), response.path("status")), told);
      }
      return new Outcome.Allowed(patch(response.path("patch")), told);
    } catch (Misread e) {
      return failed(webhook, String.valueOf(e.getMessage()));
    }
  }

  /** The answer is not what it must be; says why. */
  private static final class Misread extends Exception {
    private static final long serialVersionUID = 1L;

    private Misread(String why) {
      super(why);
    }
  }

  private JsonNode verified(Webhook webhook, String uid, ObjectNode review) throws Misread {
    var response = review.path("response");
    var isOld = webhook.reviewVersion().equals("v1beta1");
    if (!response.isObject()) {
      throw new Misread("received invalid webhook response: webhook response was absent");
    }
    if (isOld) {
      return response;
    }
    var answered = response.path("uid").asString("");
    if (!answered.equals(uid)) {
      throw new Misread(
          "received invalid webhook response: expected response.uid=\""
              + uid
              + "\", got \""
              + answered
              + "\"");
    }
    var apiVersion = Json.text(review, "apiVersion");
    var kind = Json.text(review, "kind");
    if (!apiVersion.equals(GROUP + "v1") || !kind.equals("AdmissionReview")) {
      throw new Misread(
          "received invalid webhook response: expected webhook response of admission.k8s.io/v1,"
              + " Kind=AdmissionReview, got "
              + (apiVersion.isEmpty() ? "/" : apiVersion)
              + ", Kind="
              + kind);
    }
    verifyPatch(response);
    return response;
  }

  private void verifyPatch(JsonNode response) throws Misread {
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
    if (!wrong.isEmpty()) {
      throw new Misread("received invalid webhook response: " + wrong);
    }
    var type = response.path("patchType").asString("");
    if (hasType && type.isEmpty()) {
      throw new Misread(
          "received invalid webhook response: webhook returned invalid response.patchType of \"\"");
    }
    if (hasType && !type.equals("JSONPatch")) {
      throw new Misread("unsupported patch type \"" + type + "\"");
    }
  }

  private ArrayNode patch(JsonNode encoded) throws Misread {
    var text = encoded.asString("");
    if (!isMutating || text.isEmpty()) {
      return Json.MAPPER.createArrayNode();
    }
    try {
      var bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
      if (Json.MAPPER.readTree(bytes) instanceof ArrayNode patch) {
        return patch;
      }
      throw new Misread(
          "received undecodable patch in webhook response: json: cannot unmarshal into Go value of"
              + " type jsonpatch.Patch");
    } catch (IllegalArgumentException e) {
      throw new Misread("failed to call webhook: illegal base64 data in response.patch");
    } catch (JacksonException e) {
      throw new Misread("received undecodable patch in webhook response: it is no JSON");
    }
  }

  private static boolean flag(JsonNode value) throws Misread {
    if (!value.isBoolean() && !value.isMissingNode() && !value.isNull()) {
      throw new Misread(
          "failed to call webhook: json: cannot unmarshal "
              + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
              + " into Go struct field AdmissionResponse.response.allowed of type bool");
    }
    return value.asBoolean(false);
  }

  private static String text(JsonNode value, String field) throws Misread {
    if (!value.isString()) {
      throw new Misread(
          "failed to call webhook: json: cannot unmarshal "
              + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
              + " into Go struct field AdmissionResponse.response."
              + field
              + " of type string");
    }
    return value.stringValue();
  }
}
