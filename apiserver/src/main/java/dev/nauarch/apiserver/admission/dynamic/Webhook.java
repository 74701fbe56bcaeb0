package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.webhook.WebhookAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One webhook of a configuration.
 *
 * @param configuration the name of the configuration that it stands in
 * @param name as messages name it
 * @param selection which requests it is about
 * @param conditions what must hold beside
 * @param clientConfig where it is
 * @param reviewVersion the version of the review that it is sent
 * @param terms how it is called
 */
record Webhook(
    String configuration,
    String name,
    Selection selection,
    MatchConditions conditions,
    JsonNode clientConfig,
    String reviewVersion,
    Terms terms) {

  private static final int TIMEOUT_SECONDS_DEFAULT = 10;

  /**
   * How a webhook is called.
   *
   * @param timeout how long it may take
   * @param isFailureIgnored whether a request goes on where it can't be asked
   * @param hasSideEffects whether it may not be called in a dry run
   * @param isCalledAgain whether it wants to see what others change after it
   */
  record Terms(
      Duration timeout, boolean isFailureIgnored, boolean hasSideEffects, boolean isCalledAgain) {}

  /** The webhooks of configurations, which are given by name. */
  static List<Webhook> allOf(List<ObjectNode> configurations) {
    var webhooks = new ArrayList<Webhook>();
    for (var configuration : configurations) {
      var name = Json.text(configuration, "metadata", "name");
      for (var webhook : configuration.path("webhooks")) {
        webhooks.add(of(name, webhook));
      }
    }
    return List.copyOf(webhooks);
  }

  private static Webhook of(String configuration, JsonNode webhook) {
    var isIgnored = Json.text(webhook, "failurePolicy").equals("Ignore");
    var sideEffects = Json.text(webhook, "sideEffects");
    var reviewVersion = "";
    for (var version : webhook.path("admissionReviewVersions")) {
      var text = version.asString("");
      if (reviewVersion.isEmpty() && (text.equals("v1") || text.equals("v1beta1"))) {
        reviewVersion = text;
      }
    }
    return new Webhook(
        configuration,
        Json.text(webhook, "name"),
        Selection.ofWebhook(webhook),
        MatchConditions.of(webhook.path("matchConditions"), false, isIgnored),
        webhook.path("clientConfig"),
        reviewVersion,
        new Terms(
            Duration.ofSeconds(webhook.path("timeoutSeconds").asInt(TIMEOUT_SECONDS_DEFAULT)),
            isIgnored,
            !sideEffects.equals("None") && !sideEffects.equals("NoneOnDryRun"),
            Json.text(webhook, "reinvocationPolicy").equals("IfNeeded")));
  }

  /** Unlike those of all other webhooks. */
  String id() {
    return configuration + "/" + name;
  }

  WebhookAddress address() {
    return WebhookAddress.of(clientConfig);
  }

  /**
   * The version of the kind in which it is to be asked; empty when it is not.
   *
   * @throws ApiException {@code FORBIDDEN} where nobody knows whether it is
   */
  Optional<Kind> wants(Reviewed request) {
    var kind = selection.match(request);
    if (kind.isEmpty() || conditions.isEmpty()) {
      return kind;
    }
    return switch (conditions.ask(RequestVariables.of(request, kind.get()))) {
      case MatchConditions.Outcome.Holds _ -> kind;
      case MatchConditions.Outcome.Fails _ -> Optional.empty();
      case MatchConditions.Outcome.Broken(var why) -> throw request.forbidden(why);
    };
  }
}
