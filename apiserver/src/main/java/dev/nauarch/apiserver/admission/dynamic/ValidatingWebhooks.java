package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets webhooks object to requests; they are asked all at once. */
final class ValidatingWebhooks {

  private static final Logger LOG = LoggerFactory.getLogger(ValidatingWebhooks.class);

  private final World world;
  private final Prepared<Webhook> webhooks;
  private final WebhookCall call;

  ValidatingWebhooks(World world, WebhookClient client) {
    this.world = world;
    this.webhooks = new Prepared<>(world.view(), "validatingwebhookconfigurations", Webhook::allOf);
    this.call = new WebhookCall(client, false);
  }

  private record Wanted(Webhook webhook, Kind kind) {}

  void validate(AdmissionRequest request) {
    var all = webhooks.items();
    if (all.isEmpty()) {
      return;
    }
    var reviewed = new Reviewed(request, world);
    var wanted = new ArrayList<Wanted>();
    for (var webhook : all) {
      webhook.wants(reviewed).ifPresent(kind -> wanted.add(new Wanted(webhook, kind)));
    }
    var refusals = new ArrayList<ApiException>();
    var outcomes = outcomes(wanted, reviewed);
    for (var i = 0; i < wanted.size(); i++) {
      refusal(WebhookNotes.of(wanted.get(i).webhook, 0, i), outcomes.get(i), reviewed)
          .ifPresent(refusals::add);
    }
    if (!refusals.isEmpty()) {
      throw refusals.getFirst();
    }
  }

  private static Optional<ApiException> refusal(
      WebhookNotes notes, WebhookCall.Outcome outcome, Reviewed reviewed) {
    var webhook = notes.webhook();
    return switch (outcome) {
      case WebhookCall.Outcome.Allowed(var _, var told) -> {
        told.passOn(webhook, reviewed);
        yield Optional.empty();
      }
      case WebhookCall.Outcome.Denied(var refusal, var told) -> {
        told.passOn(webhook, reviewed);
        yield Optional.of(refusal);
      }
      case WebhookCall.Outcome.Failed(var why) -> {
        if (webhook.terms().isFailureIgnored()) {
          LOG.warn("A webhook is passed over: {}", why);
          notes.validationFailedOpen();
          yield Optional.empty();
        }
        yield Optional.of(Refusals.internal(why));
      }
    };
  }

  private List<WebhookCall.Outcome> outcomes(List<Wanted> wanted, Reviewed reviewed) {
    if (wanted.size() == 1) {
      var only = wanted.getFirst();
      return List.of(call.ask(only.webhook, reviewed, only.kind));
    }
    var tasks = new ArrayList<FutureTask<WebhookCall.Outcome>>();
    for (var each : wanted) {
      // What a call looks up of the request it looks up for itself.
      var own = new Reviewed(reviewed.request(), world);
      var task = new FutureTask<>(() -> call.ask(each.webhook, own, each.kind));
      tasks.add(task);
      Thread.ofVirtual().name("validating-webhook").start(task);
    }
    var outcomes = new ArrayList<WebhookCall.Outcome>();
    for (var task : tasks) {
      try {
        outcomes.add(task.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Refusals.internal("the server is shutting down");
      } catch (ExecutionException e) {
        throw new IllegalStateException("a webhook could not be asked", e.getCause());
      }
    }
    return outcomes;
  }
}
