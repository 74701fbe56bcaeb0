package dev.nauarch.apiserver.strategy.admission;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/** The rules of webhook configurations. */
final class WebhookRules {

  private static final int TIMEOUT_SECONDS_MAX = 30;
  private static final int PORT_MAX = 65_535;
  private static final List<String> REVIEWS = List.of("v1", "v1beta1");
  private static final String FORM = "; desired format: https://host[/path]";

  private WebhookRules() {}

  static void configuration(Problems problems, Field configuration) {
    check(problems, configuration, Set.of());
  }

  static void change(Problems problems, Field configuration, Field old) {
    var known = new HashSet<String>();
    for (var webhook : old.at("webhooks").items()) {
      webhook
          .at("matchConditions")
          .items()
          .forEach(condition -> known.add(condition.at("expression").text()));
    }
    check(problems, configuration, known);
  }

  /** {@code known} are expressions that were good when they were first stored. */
  private static void check(Problems problems, Field configuration, Set<String> known) {
    var names = configuration.at("webhooks").items().stream().map(hook -> hook.at("name")).toList();
    for (var webhook : configuration.at("webhooks").items()) {
      webhook(problems, webhook, known);
      reviews(problems, webhook.at("admissionReviewVersions"));
    }
    problems.unique(names);
  }

  private static void webhook(Problems problems, Field webhook, Set<String> known) {
    var name = webhook.at("name");
    if (problems.require(name)) {
      var wrong = NameRules.subdomain(name.text());
      if (wrong.isPresent()) {
        problems.invalid(name, wrong.get());
      } else if (name.text().chars().filter(c -> c == '.').count() < 2) {
        problems.invalid(name, "should be a domain with at least three segments separated by dots");
      }
    }
    webhook.at("rules").items().forEach(rule -> ResourceRules.rule(problems, rule));
    problems.oneOf(webhook.at("failurePolicy"), "Fail", "Ignore");
    problems.oneOf(webhook.at("matchPolicy"), "Equivalent", "Exact");
    problems.oneOf(webhook.at("reinvocationPolicy"), "IfNeeded", "Never");
    if (webhook.at("sideEffects").isPresent()) {
      problems.oneOf(webhook.at("sideEffects"), "None", "NoneOnDryRun");
    } else {
      problems.required(webhook.at("sideEffects"), "must specify one of None, NoneOnDryRun");
    }
    var timeout = webhook.at("timeoutSeconds");
    if (timeout.isPresent() && (timeout.number(1) > TIMEOUT_SECONDS_MAX || timeout.number(1) < 1)) {
      problems.invalid(timeout, "the timeout value must be between 1 and 30 seconds");
    }
    Forms.selector(problems, webhook.at("namespaceSelector"));
    Forms.selector(problems, webhook.at("objectSelector"));
    client(problems, webhook.at("clientConfig"));
    ConditionRules.matchConditions(problems, webhook.at("matchConditions"), false, known);
  }

  private static void reviews(Problems problems, Field versions) {
    if (versions.isEmpty()) {
      problems.required(versions, "must specify one of v1, v1beta1");
      return;
    }
    var seen = new HashSet<String>();
    for (var version : versions.items()) {
      if (!seen.add(version.text())) {
        problems.invalid(version, "duplicate version");
      } else {
        problems.form(version, NameRules::dns1035);
      }
    }
    if (REVIEWS.stream().noneMatch(seen::contains)) {
      problems.invalid(versions, "must include at least one of v1, v1beta1");
    }
  }

  private static void client(Problems problems, Field client) {
    var url = client.at("url");
    var service = client.at("service");
    if (url.isPresent() == service.isPresent()) {
      problems.required(client, "exactly one of url or service is required");
    } else if (url.isPresent()) {
      url(problems, url);
    } else {
      service(problems, service);
    }
  }

  private static void url(Problems problems, Field field) {
    URI url;
    try {
      url = new URI(field.text());
    } catch (URISyntaxException e) {
      problems.required(field, "url must be a valid URL: " + e.getMessage() + FORM);
      return;
    }
    if (!"https".equals(url.getScheme())) {
      invalid(problems, field, url.getScheme(), "'https' is the only allowed URL scheme" + FORM);
    }
    if (url.getHost() == null) {
      invalid(problems, field, url.getRawAuthority(), "host must be specified" + FORM);
    }
    if (url.getRawUserInfo() != null) {
      invalid(
          problems, field, url.getRawUserInfo(), "user information is not permitted in the URL");
    }
    if (url.getRawFragment() != null && !url.getRawFragment().isEmpty()) {
      invalid(problems, field, url.getRawFragment(), "fragments are not permitted in the URL");
    }
    if (url.getRawQuery() != null && !url.getRawQuery().isEmpty()) {
      invalid(problems, field, url.getRawQuery(), "query parameters are not permitted in the URL");
    }
  }

  /** Shows the part of a value that is wrong. */
  private static void invalid(
      Problems problems, Field field, @org.jspecify.annotations.Nullable String part, String why) {
    var shown = StringNode.valueOf(part == null ? "" : part);
    problems.invalid(new Field(shown, field.path(), field.key()), why);
  }

  private static void service(Problems problems, Field service) {
    problems.require(service.at("name"));
    problems.require(service.at("namespace"));
    var port = service.at("port");
    if (port.number(1) < 1 || port.number(1) > PORT_MAX) {
      problems.invalid(port, "port is not valid: must be between 1 and 65535, inclusive");
    }
    var path = service.at("path");
    if (!path.isEmpty() && !path.is("/")) {
      path(problems, path);
    }
  }

  private static void path(Problems problems, Field path) {
    var text = path.text();
    if (text.equals("//")) {
      problems.invalid(path, "segment[0] may not be empty");
      return;
    }
    if (!text.startsWith("/")) {
      problems.invalid(path, "must start with a '/'");
    }
    var inner = text.substring(1);
    inner = inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
    var steps = inner.split("/", -1);
    for (var i = 0; i < steps.length; i++) {
      if (steps[i].isEmpty()) {
        problems.invalid(path, "segment[" + i + "] may not be empty");
      } else {
        var wrong = NameRules.subdomain(steps[i]);
        if (wrong.isPresent()) {
          problems.invalid(path, "segment[" + i + "]: " + wrong.get());
        }
      }
    }
  }
}
