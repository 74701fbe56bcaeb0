package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What is wrong with how a definition's versions are converted into each other. */
final class ConversionRules {

  private static final String PATH = "spec.conversion";
  private static final String CLIENT = PATH + ".webhookClientConfig";
  private static final String URL_FORM = "; desired format: https://host[/path]";
  private static final Pattern SLASH = Pattern.compile("/");
  private static final int PORT_MAX = 65_535;

  private final List<FieldError> problems = new ArrayList<>();

  private ConversionRules() {}

  static List<FieldError> problems(Definition definition, Definition before) {
    var rules = new ConversionRules();
    var conversion = definition.spec().path("conversion");
    if (conversion.isObject()) {
      rules.check(conversion, before);
    }
    return rules.problems;
  }

  private void check(JsonNode conversion, Definition before) {
    var strategy = conversion.path("strategy").asString("");
    if (strategy.isEmpty()) {
      problems.add(FieldError.required(PATH + ".strategy", ""));
    } else if (!List.of("None", "Webhook").contains(strategy)) {
      problems.add(
          FieldError.notSupported(
              PATH + ".strategy", Json.quoted(strategy), List.of("None", "Webhook")));
    }
    var webhook = conversion.path("webhook");
    var client = webhook.path("clientConfig");
    var versions = webhook.path("conversionReviewVersions");
    if (!strategy.equals("Webhook")) {
      var detail = "should not be set when strategy is not set to Webhook";
      if (client.isObject()) {
        problems.add(FieldError.forbidden(CLIENT, detail));
      }
      if (!versions.isEmpty()) {
        problems.add(FieldError.forbidden(PATH + ".conversionReviewVersions", detail));
      }
      return;
    }
    if (client.isObject()) {
      checkClient(client);
      if (before.is("Established")) {
        checkAuthorities(client, before);
      }
    } else {
      problems.add(FieldError.required(CLIENT, "required when strategy is set to Webhook"));
    }
    checkVersions(versions, PATH + ".conversionReviewVersions");
  }

  private void checkClient(JsonNode client) {
    if (client.has("url") == client.has("service")) {
      problems.add(FieldError.required(CLIENT, "exactly one of url or service is required"));
    } else if (client.has("url")) {
      checkUrl(client.path("url").asString(""), CLIENT + ".url");
    } else {
      checkService(client.path("service"), CLIENT + ".service");
    }
  }

  private void checkUrl(String text, String path) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException malformed) {
      problems.add(
          FieldError.required(
              path, "url must be a valid URL: " + malformed.getMessage() + URL_FORM));
      return;
    }
    var scheme = url.getScheme() == null ? "" : url.getScheme();
    if (!scheme.equals("https")) {
      invalid(path, scheme, "'https' is the only allowed URL scheme" + URL_FORM);
    }
    if (url.getRawAuthority() == null) {
      invalid(path, "", "host must be specified" + URL_FORM);
    }
    if (url.getRawUserInfo() != null) {
      invalid(path, url.getRawUserInfo(), "user information is not permitted in the URL");
    }
    if (url.getRawFragment() != null && !url.getRawFragment().isEmpty()) {
      invalid(path, url.getRawFragment(), "fragments are not permitted in the URL");
    }
    if (url.getRawQuery() != null && !url.getRawQuery().isEmpty()) {
      invalid(path, url.getRawQuery(), "query parameters are not permitted in the URL");
    }
  }

  private void checkService(JsonNode service, String path) {
    for (var name : List.of("name", "namespace")) {
      if (service.path(name).asString("").isEmpty()) {
        problems.add(FieldError.required(path + "." + name, ""));
      }
    }
    var port = service.path("port").asInt(443);
    if (port < 1 || port > PORT_MAX) {
      problems.add(
          FieldError.invalid(
              path + ".port",
              Integer.toString(port),
              "port is not valid: must be between 1 and 65535, inclusive"));
    }
    checkServicePath(service.path("path").asString(""), path + ".path");
  }

  private void checkServicePath(String urlPath, String path) {
    if (urlPath.isEmpty() || urlPath.equals("/")) {
      return;
    }
    if (urlPath.equals("//")) {
      invalid(path, urlPath, "segment[0] may not be empty");
      return;
    }
    if (!urlPath.startsWith("/")) {
      invalid(path, urlPath, "must start with a '/'");
    }
    var inner = urlPath.substring(1);
    var steps =
        SLASH.split(inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner, -1);
    for (var i = 0; i < steps.length; i++) {
      if (steps[i].isEmpty()) {
        invalid(path, urlPath, "segment[" + i + "] may not be empty");
      } else if (!DefinitionRules.SUBDOMAIN.matcher(steps[i]).matches()) {
        invalid(path, urlPath, "segment[" + i + "]: " + DefinitionRules.SUBDOMAIN_FORM);
      }
    }
  }

  /** Authorities that can't be read are let pass where they were so before. */
  private void checkAuthorities(JsonNode client, Definition before) {
    var bundle = client.path("caBundle").asString("");
    var old = before.spec().path("conversion").path("webhook").path("clientConfig");
    var oldBundle = old.path("caBundle").asString("");
    if (!bundle.isEmpty()
        && !AuthorityBundle.isValid(bundle)
        && (oldBundle.isEmpty() || AuthorityBundle.isValid(oldBundle))) {
      invalid(
          CLIENT + ".caBundle",
          bundle,
          "unable to load root certificates: unable to parse bytes as PEM block");
    }
  }

  private void checkVersions(JsonNode versions, String path) {
    if (versions.isEmpty()) {
      problems.add(FieldError.required(path, ""));
      return;
    }
    var seen = new HashSet<String>();
    for (var i = 0; i < versions.size(); i++) {
      var version = versions.path(i).asString("");
      if (!seen.add(version)) {
        invalid(path + "[" + i + "]", version, "duplicate version");
      } else if (!DefinitionRules.LABEL.matcher(version).matches()) {
        invalid(path + "[" + i + "]", version, DefinitionRules.LABEL_FORM);
      }
    }
    if (!seen.contains("v1") && !seen.contains("v1beta1")) {
      problems.add(
          FieldError.invalid(
              path, versions.toString(), "must include at least one of v1, v1beta1"));
    }
  }

  private void invalid(String path, String value, String detail) {
    problems.add(FieldError.invalid(path, Json.quoted(value), detail));
  }
}
