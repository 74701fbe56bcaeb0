package dev.nauarch.apiserver.authentication;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.authentication.TokenClaims.Account;
import dev.nauarch.apiserver.authentication.TokenClaims.Bound;
import dev.nauarch.apiserver.authentication.TokenClaims.Reference;
import dev.nauarch.apiserver.authentication.TokenClaims.Validity;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.ResourceAction;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code serviceaccounts/token}: makes a token for an account. */
public final class TokenRequest implements ResourceAction {

  private static final long LIFETIME_SECONDS_DEFAULT = 3600;
  private static final long LIFETIME_SECONDS_MIN = 600;
  private static final long LIFETIME_SECONDS_MAX = 1L << 32;

  /**
   * What the agents of nodes ask for. Programs that never read their token again are left with a
   * token that is good for longer, and the audit log says who uses it too late.
   */
  private static final long LIFETIME_SECONDS_EXTENDED = 3607;

  private static final Duration EXTENDED = Duration.ofDays(365);

  private final ServiceAccountTokens tokens;
  private final ObjectView view;
  private final InstantSource clock;

  /** Makes tokens with these. */
  public TokenRequest(ServiceAccountTokens tokens, ObjectView view, InstantSource clock) {
    this.tokens = tokens;
    this.view = view;
    this.clock = clock;
  }

  @Override
  public ObjectNode post(Call call) {
    var account =
        call.parent()
            .orElseThrow(() -> ApiException.notFound("", "serviceaccounts", call.target().name()))
            .get()
            .path("metadata");
    var request = call.body();
    var spec = request.withObject("spec");
    var seconds = spec.path("expirationSeconds").asLong(LIFETIME_SECONDS_DEFAULT);
    var metadata = request.withObject("metadata");
    checkMetadata(call, metadata, account);
    check(seconds, spec);
    var claims = claims(account, spec, Duration.ofSeconds(seconds), call.target().namespace());
    putAudiences(spec, claims.audiences());
    spec.put("expirationSeconds", seconds);
    request
        .putObject("status")
        .put("token", tokens.sign(claims))
        .put("expirationTimestamp", claims.validity().from().plusSeconds(seconds).toString());
    metadata.put("name", call.target().name()).put("namespace", call.target().namespace());
    metadata.put("uid", account.path("uid").asString(""));
    metadata.put("creationTimestamp", claims.validity().from().toString());
    return request;
  }

  private static void checkMetadata(Call call, JsonNode metadata, JsonNode account) {
    var name = metadata.path("name").asString("");
    var namespace = metadata.path("namespace").asString("");
    var uid = metadata.path("uid").asString("");
    if (!name.isEmpty() && !name.equals(call.target().name())) {
      throw mismatch(call, "name", name);
    }
    if (!namespace.isEmpty() && !namespace.equals(call.target().namespace())) {
      throw mismatch(call, "namespace", namespace);
    }
    var accountUid = account.path("uid").asString("");
    if (!uid.isEmpty() && !uid.equals(accountUid)) {
      throw ApiException.conflict(
          "authentication.k8s.io",
          "TokenRequest",
          call.target().name(),
          "the UID in the token request ("
              + uid
              + ") does not match the UID of the service account ("
              + accountUid
              + ")");
    }
  }

  private static ApiException mismatch(Call call, String field, String value) {
    var error =
        FieldError.invalid(
            "metadata." + field,
            '"' + value + '"',
            "must match the service account " + field + " if specified");
    return ApiException.invalid(
        "authentication.k8s.io", "TokenRequest", call.target().name(), List.of(error));
  }

  private static void check(long seconds, JsonNode spec) {
    var errors = new ArrayList<FieldError>();
    if (seconds < LIFETIME_SECONDS_MIN) {
      errors.add(
          FieldError.invalid(
              "spec.expirationSeconds",
              Long.toString(seconds),
              "may not specify a duration less than 10 minutes"));
    }
    if (seconds > LIFETIME_SECONDS_MAX) {
      errors.add(
          FieldError.invalid(
              "spec.expirationSeconds",
              Long.toString(seconds),
              "may not specify a duration larger than 2^32 seconds"));
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("authentication.k8s.io", "TokenRequest", "", errors);
    }
    var bound = spec.path("boundObjectRef");
    var kind = bound.path("kind").asString("Pod");
    if (!List.of("Pod", "Secret", "Node").contains(kind)) {
      var version = bound.path("apiVersion").asString("");
      throw ApiException.badRequest(
          "cannot bind token to object of type "
              + (version.indexOf('/') < 0 ? "/" + version : version)
              + ", Kind="
              + kind);
    }
  }

  private TokenClaims claims(JsonNode account, JsonNode spec, Duration lifetime, String namespace) {
    var bound = Bound.NONE;
    var node = Reference.NONE;
    if (spec.hasNonNull("boundObjectRef")) {
      var reference = spec.path("boundObjectRef");
      var object = boundObject(reference, namespace);
      var type = reference.path("kind").asString("").toLowerCase(Locale.ROOT);
      bound = new Bound(type, reference(object));
      node = type.equals("pod") ? nodeOf(object, account) : Reference.NONE;
    }
    var from = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var audiences = audiences(spec);
    var isExtended =
        bound.type().equals("pod")
            && lifetime.toSeconds() == LIFETIME_SECONDS_EXTENDED
            && audiences.equals(List.of(ServiceAccountTokens.ISSUER));
    return new TokenClaims(
        new Account(namespace, account.path("name").asString(""), account.path("uid").asString("")),
        bound,
        node,
        audiences,
        new Validity(from, from.plus(isExtended ? EXTENDED : lifetime)),
        Uids.next(),
        isExtended ? Optional.of(from.plus(lifetime)) : Optional.empty());
  }

  private ObjectNode boundObject(JsonNode reference, String namespace) {
    var kind = reference.path("kind").asString("");
    var name = reference.path("name").asString("");
    var plural = kind.toLowerCase(Locale.ROOT) + "s";
    var object =
        view.find("", plural, kind.equals("Node") ? "" : namespace, name)
            .orElseThrow(() -> ApiException.notFound("", plural, name));
    var wantedUid = reference.path("uid").asString("");
    var uid = object.path("metadata").path("uid").asString("");
    if (!wantedUid.isEmpty() && !wantedUid.equals(uid)) {
      throw ApiException.conflict(
          "",
          plural,
          name,
          "the UID in the bound object reference ("
              + wantedUid
              + ") does not match the UID in record. The object might have been deleted and then"
              + " recreated");
    }
    return object;
  }

  private Reference nodeOf(ObjectNode pod, JsonNode account) {
    var spec = pod.path("spec");
    var podAccount = spec.path("serviceAccountName").asString("");
    if (!podAccount.equals(account.path("name").asString(""))) {
      throw ApiException.badRequest(
          "cannot bind token for serviceaccount \""
              + account.path("name").asString("")
              + "\" to pod running with different serviceaccount name.");
    }
    var nodeName = spec.path("nodeName").asString("");
    return nodeName.isEmpty()
        ? Reference.NONE
        : view.find("", "nodes", "", nodeName)
            .map(TokenRequest::reference)
            .orElse(new Reference(nodeName, ""));
  }

  private static Reference reference(ObjectNode object) {
    var metadata = object.path("metadata");
    return new Reference(metadata.path("name").asString(""), metadata.path("uid").asString(""));
  }

  private static List<String> audiences(JsonNode spec) {
    var audiences = new ArrayList<String>();
    spec.path("audiences").forEach(audience -> audiences.add(audience.asString("")));
    return audiences.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : audiences;
  }

  private static void putAudiences(ObjectNode spec, List<String> audiences) {
    var list = spec.putArray("audiences");
    audiences.forEach(list::add);
  }
}
