package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.patch.JsonPatch;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.webhook.WebhookClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lets webhooks change objects, one after the other. */
final class MutatingWebhooks {

  private static final Logger LOG = LoggerFactory.getLogger(MutatingWebhooks.class);

  private final World world;
  private final Prepared<Webhook> webhooks;
  private final WebhookCall call;

  MutatingWebhooks(World world, WebhookClient client) {
    this.world = world;
    this.webhooks = new Prepared<>(world.view(), "mutatingwebhookconfigurations", Webhook::allOf);
    this.call = new WebhookCall(client, true);
  }

  void mutate(AdmissionRequest request, Rounds rounds) {
    var all = webhooks.items();
    if (all.isEmpty()) {
      return;
    }
    var turn = rounds.webhooks();
    request.object().ifPresent(turn::begin);
    var reviewed = new Reviewed(request, world);
    var round = rounds.isSecond() ? 1 : 0;
    for (int i = 0; i < all.size(); i++) {
      var webhook = all.get(i);
      var kind = webhook.wants(reviewed);
      if (kind.isPresent() && turn.mayCall(webhook.id())) {
        if (ask(WebhookNotes.of(webhook, round, i), reviewed, kind.get())) {
          turn.changed();
        }
        if (webhook.terms().isCalledAgain()) {
          turn.calledAndWatching(webhook.id());
        }
      }
    }
    request.object().ifPresent(turn::end);
  }

  /** Whether the object was changed. */
  private boolean ask(WebhookNotes notes, Reviewed reviewed, Kind kind) {
    var isChanged = false;
    try {
      isChanged = change(notes, reviewed, kind);
      return isChanged;
    } finally {
      notes.mutated(isChanged);
    }
  }

  private boolean change(WebhookNotes notes, Reviewed reviewed, Kind kind) {
    var webhook = notes.webhook();
    return switch (call.ask(webhook, reviewed, kind)) {
      case WebhookCall.Outcome.Allowed(var patch, var told) -> {
        told.passOn(webhook, reviewed);
        yield !patch.isEmpty() && apply(notes, reviewed, kind, patch);
      }
      case WebhookCall.Outcome.Denied(var refusal, var told) -> {
        told.passOn(webhook, reviewed);
        throw refusal;
      }
      case WebhookCall.Outcome.Failed(var why) -> {
        if (!webhook.terms().isFailureIgnored()) {
          throw Refusals.internal(why);
        }
        LOG.warn("A webhook is passed over: {}", why);
        notes.mutationFailedOpen();
        yield false;
      }
    };
  }

  private static boolean apply(WebhookNotes notes, Reviewed reviewed, Kind kind, ArrayNode patch) {
    var object =
        reviewed
            .object(kind)
            .orElseThrow(
                () ->
                    Refusals.internal(
                        "admission webhook \""
                            + notes.webhook().name()
                            + "\" attempted to modify the object, which is not supported for this"
                            + " operation"));
    var isChanged = Changed.take(reviewed, kind, patched(object, patch));
    notes.patched(patch);
    return isChanged;
  }

  private static ObjectNode patched(ObjectNode object, ArrayNode patch) {
    try {
      return JsonPatch.apply(object, patch);
    } catch (ApiException e) {
      // A patch that does not apply is the webhook's mistake, not the client's.
      throw Refusals.internal(Refusals.ofPatch(e));
    }
  }
}
