package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AuditNotes;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the audit log is told of one call of a webhook.
 *
 * @param webhook who is called
 * @param place the round, and the webhook's place among all
 */
record WebhookNotes(Webhook webhook, String place) {

  private static final String MUTATION = "mutation.webhook.admission.k8s.io/";
  private static final String PATCH = "patch.webhook.admission.k8s.io/";
  private static final String FAILED_OPEN = "failed-open.";
  private static final String VALIDATING = "validating.webhook.admission.k8s.io/";

  /** Those of a call in a round, 0 or 1, of the webhook at an index. */
  static WebhookNotes of(Webhook webhook, int round, int index) {
    return new WebhookNotes(webhook, "round_" + round + "_index_" + index);
  }

  /** Whether it changed the object. */
  void mutated(boolean isChanged) {
    AuditNotes.annotate(MUTATION + place, who().put("mutated", isChanged).toString());
  }

  /** How it wanted the object changed; that may show what is in it. */
  void patched(ArrayNode patch) {
    AuditNotes.annotateInDetail(PATCH + place, () -> text(patch));
  }

  /** It could not be asked, and the request went on. */
  void mutationFailedOpen() {
    AuditNotes.annotate(FAILED_OPEN + MUTATION + place, webhook.name());
  }

  /** The same of a webhook that only looks. */
  void validationFailedOpen() {
    AuditNotes.annotate(FAILED_OPEN + VALIDATING + place, webhook.name());
  }

  private String text(ArrayNode patch) {
    var value = who();
    var operations = value.putArray("patch");
    for (var operation : patch) {
      var sorted = new TreeMap<String, JsonNode>();
      operation.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
      operations.addObject().setAll(sorted);
    }
    return value.put("patchType", "JSONPatch").toString();
  }

  private ObjectNode who() {
    return Json.object()
        .put("configuration", webhook.configuration())
        .put("webhook", webhook.name());
  }
}
