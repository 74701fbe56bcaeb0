package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/** What a webhook answers to a review; JSON is written with apostrophes. */
final class Reviews {

  private Reviews() {}

  static Reply allow(JsonNode review) {
    return answer(review, "{'allowed':true}");
  }

  /** This response, with the uid that is asked for. */
  static Reply answer(JsonNode review, String response) {
    var answer = Json.object().put("kind", "AdmissionReview");
    answer.put("apiVersion", "admission.k8s.io/v1");
    var uid = review.path("request").path("uid").asString();
    answer.set("response", MemoryView.tree(response).put("uid", uid));
    return new Reply.Answer(answer);
  }

  /** A wish for this JSON patch. */
  static Reply patch(JsonNode review, String patch) {
    var bytes = patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return answer(
        review,
        "{'allowed':true,'patchType':'JSONPatch','patch':'%s'}"
            .formatted(Base64.getEncoder().encodeToString(bytes)));
  }
}
