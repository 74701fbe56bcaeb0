package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.certificates.KeyUsages;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.StringNode;

/** What a CertificateSigningRequest may say, and how it may change. */
final class RequestRules {

  private static final long SECONDS_MIN = 600;
  private static final int DOMAIN_MAX = 253;
  private static final int SIGNER_MAX = 571;
  private static final List<String> ONLY_TRUE =
      List.of(Request.APPROVED, Request.DENIED, Request.FAILED);

  private RequestRules() {}

  static void check(Problems problems, Field request) {
    var spec = request.at("spec");
    try {
      new Request((tools.jackson.databind.node.ObjectNode) request.node()).content();
    } catch (GeneralSecurityException e) {
      problems.invalid(spec.at("request"), String.valueOf(e.getMessage()));
    }
    var usages = spec.at("usages");
    problems.require(usages);
    var known = KeyUsages.names();
    for (var usage : usages.items()) {
      if (!known.contains(usage.text())) {
        problems.notSupported(usage, known);
      }
    }
    problems.unique(usages.items());
    signer(problems, spec.at("signerName"));
    var seconds = spec.at("expirationSeconds");
    if (seconds.number(SECONDS_MIN) < SECONDS_MIN) {
      problems.invalid(seconds, "may not specify a duration less than 600 seconds (10 minutes)");
    }
    conditions(problems, request.at("status", "conditions"));
  }

  private static void signer(Problems problems, Field signer) {
    if (signer.is("kubernetes.io/legacy-unknown")) {
      problems.invalid(signer, "the legacy signerName is not allowed via this API version");
      return;
    }
    if (!problems.require(signer)) {
      return;
    }
    var segments = signer.text().split("/", -1);
    if (segments.length != 2) {
      problems.invalid(
          signer,
          "must be a fully qualified domain and path of the form 'example.com/signer-name'");
      return;
    }
    if (segments[0].length() > DOMAIN_MAX) {
      problems.tooLong(signer, DOMAIN_MAX);
    }
    segment(problems, signer, segments[0], NameRules::label);
    if (segments[0].indexOf('.') < 0) {
      problems.invalid(
          part(signer, segments[0]),
          "should be a domain with at least two segments separated by dots");
    }
    segment(problems, signer, segments[1], NameRules::subdomain);
    if (signer.text().length() > SIGNER_MAX) {
      problems.tooLong(signer, SIGNER_MAX);
    }
  }

  private static void segment(
      Problems problems, Field signer, String segment, Function<String, Optional<String>> rule) {
    for (var label : segment.split("\\.", -1)) {
      var wrong = rule.apply(label);
      if (wrong.isPresent()) {
        problems.invalid(
            part(signer, segment), "validating label " + Json.quoted(label) + ": " + wrong.get());
        return;
      }
    }
  }

  private static Field part(Field signer, String segment) {
    return new Field(StringNode.valueOf(segment), signer.path(), "");
  }

  private static void conditions(Problems problems, Field conditions) {
    var seen = new HashSet<String>();
    for (var condition : conditions.items()) {
      var type = condition.at("type");
      problems.require(type);
      if (ONLY_TRUE.contains(type.text())) {
        problems.requireOneOf(condition.at("status"), "True");
      } else {
        problems.requireOneOf(condition.at("status"), "True", "False", "Unknown");
      }
      if (!seen.add(type.text())) {
        problems.duplicate(type);
      }
      var isSecond =
          (type.is(Request.APPROVED) && seen.contains(Request.DENIED))
              || (type.is(Request.DENIED) && seen.contains(Request.APPROVED));
      if (isSecond) {
        problems.invalid(
            new Field(type.node(), conditions.path(), ""),
            "Approved and Denied conditions are mutually exclusive");
      }
    }
  }

  /** What may change only through one of the two subresources. */
  static void change(Problems problems, Field request, Field old, String subresource) {
    var conditions = request.at("status", "conditions");
    for (var type : ONLY_TRUE) {
      var before = ofType(old, type);
      var now = ofType(request, type);
      if (now.size() < before.size()) {
        problems.forbidden(
            conditions, "updates may not remove a condition of type " + Json.quoted(type));
      } else if (!subresource.equals("approval") && !type.equals(Request.FAILED)) {
        if (now.size() > before.size()) {
          problems.forbidden(
              conditions, "updates may not add a condition of type " + Json.quoted(type));
        } else if (!now.equals(before)) {
          problems.forbidden(
              conditions, "updates may not modify a condition of type " + Json.quoted(type));
        }
      }
    }
    var certificate = request.at("status", "certificate");
    var former = old.at("status", "certificate");
    if (certificate.text().equals(former.text())) {
      return;
    }
    if (!subresource.equals("status")) {
      problems.forbidden(certificate, "updates may not set certificate content");
    } else if (!former.isEmpty()) {
      problems.forbidden(certificate, "updates may not modify existing certificate content");
    }
    try {
      if (!certificate.isEmpty()) {
        Pem.readChain(Base64.getDecoder().decode(certificate.text()));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      problems.invalid(
          new Field(StringNode.valueOf("<certificate data>"), certificate.path(), ""),
          String.valueOf(e.getMessage()));
    }
  }

  private static List<tools.jackson.databind.JsonNode> ofType(Field request, String type) {
    return request.at("status", "conditions").items().stream()
        .filter(condition -> condition.at("type").is(type))
        .map(Field::node)
        .toList();
  }
}
