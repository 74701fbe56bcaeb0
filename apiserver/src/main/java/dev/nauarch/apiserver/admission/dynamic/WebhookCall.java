package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.apiserver.webhook.WebhookAnswer;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a webhook about a request, and reads what it answers. */
final class WebhookCall {

  static final String GROUP = "admission.k8s.io/";

  private static final ArrayNode NOTHING = Json.MAPPER.createArrayNode();

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
      warnings.forEach(reviewed.request().context().warnings());
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
    var uid = Uids.next();
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
      var isOld = webhook.reviewVersion().equals("v1beta1");
      var response = new ReviewAnswer(review, isMutating, isOld).response(uid);
      var warnings = new ArrayList<String>();
      response.path("warnings").forEach(warning -> warnings.add(warning.asString("")));
      var annotations = new TreeMap<String, String>();
      for (var field : response.path("auditAnnotations").properties()) {
        annotations.put(field.getKey(), field.getValue().asString(""));
      }
      var told = new Told(List.copyOf(warnings), annotations);
      if (!response.path("allowed").asBoolean(false)) {
        return new Outcome.Denied(Refusals.of(webhook.name(), response.path("status")), told);
      }
      return new Outcome.Allowed(isMutating ? ReviewAnswer.patch(response) : NOTHING, told);
    } catch (ReviewAnswer.MisreadException e) {
      return failed(webhook, String.valueOf(e.getMessage()));
    }
  }
}
