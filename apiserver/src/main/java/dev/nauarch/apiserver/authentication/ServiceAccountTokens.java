package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.authentication.TokenClaims.Reference;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens of service accounts: makes them, and says whose a token is. A token is good while it
 * has not expired and the account, and the pod, secret or node that it is bound to, are still the
 * ones for which it was made. May be called from any thread.
 */
public final class ServiceAccountTokens implements TokenAuthenticator {

  /** Who signs, and the audience of the API server itself. */
  public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

  private static final int KEPT_MAX = 4096;
  private static final String EXTRA = "authentication.kubernetes.io/";

  /** By how much clocks may differ. */
  private static final Duration LEEWAY = Duration.ofMinutes(1);

  private final TokenSigner signer;
  private final ObjectView view;
  private final InstantSource clock;
  private final SecretTokens secretTokens;

  /** The payloads of tokens whose signatures were checked; all else is looked at each time. */
  private final ConcurrentHashMap<String, JsonNode> payloads = new ConcurrentHashMap<>();

  /** Tokens signed with these keys, about accounts in this view. */
  public ServiceAccountTokens(AccountKeys keys, ObjectView view, InstantSource clock) {
    this.signer = new TokenSigner(keys);
    this.view = view;
    this.clock = clock;
    this.secretTokens = new SecretTokens(view);
  }

  /** Signs a token. */
  String sign(TokenClaims claims) {
    return signer.sign(claims.toPayload(ISSUER));
  }

  /** Signs any payload. */
  String sign(ObjectNode payload) {
    return signer.sign(payload);
  }

  /** The public keys that tokens are checked with, as a JSON web key set. */
  public ObjectNode publicKeys() {
    return signer.publicKeys();
  }

  private Optional<JsonNode> payload(String token) {
    var known = payloads.get(token);
    if (known != null) {
      return Optional.of(known);
    }
    var payload = signer.verified(token);
    payload.ifPresent(
        found -> {
          if (payloads.size() >= KEPT_MAX) {
            payloads.clear();
          }
          payloads.put(token, found);
        });
    return payload;
  }

  @Override
  public Found find(String token, List<String> audiences) {
    var issuer = TokenSigner.issuer(token);
    if (!issuer.equals(ISSUER) && !issuer.equals(SecretTokens.ISSUER)) {
      return new Found.Nothing();
    }
    var payload = payload(token);
    if (payload.isEmpty()) {
      return new Found.Bad("the token was not signed here");
    }
    return issuer.equals(SecretTokens.ISSUER)
        ? secretTokens.find(token, payload.get(), audiences)
        : find(TokenClaims.of(payload.get()), audiences);
  }

  private Found find(TokenClaims claims, List<String> audiences) {
    var named = claims.audiences().stream().filter(audiences::contains).toList();
    if (named.isEmpty()) {
      return new Found.Bad(
          "token audiences "
              + claims.audiences()
              + " is invalid for the target audiences "
              + audiences);
    }
    var now = clock.instant();
    if (claims.validity().until().plus(LEEWAY).isBefore(now)) {
      return new Found.Bad("service account token has expired");
    }
    if (claims.validity().from().minus(LEEWAY).isAfter(now)) {
      return new Found.Bad("service account token is not valid yet");
    }
    return wrong(claims, now)
        .<Found>map(Found.Bad::new)
        .orElseGet(() -> new Found.Bearer(user(claims), named));
  }

  private Optional<String> wrong(TokenClaims claims, Instant now) {
    var account = claims.account();
    var found = view.find("", "serviceaccounts", account.namespace(), account.name());
    if (found.isEmpty()) {
      return Optional.of("serviceaccounts \"" + account.name() + "\" not found");
    }
    if (!uid(found.get()).equals(account.uid())) {
      return Optional.of(
          "service account UID ("
              + uid(found.get())
              + ") does not match claim ("
              + account.uid()
              + ")");
    }
    if (isDeleted(found.get(), now)) {
      return Optional.of(
          "service account " + account.namespace() + "/" + account.name() + " has been deleted");
    }
    var bound = claims.boundTo();
    return switch (bound.type()) {
      case "pod", "secret" ->
          wrong(
              view.find("", bound.type() + "s", account.namespace(), bound.object().name()),
              bound,
              now);
      case "node" -> wrong(view.find("", "nodes", "", bound.object().name()), bound, now);
      default -> Optional.empty();
    };
  }

  private static Optional<String> wrong(
      Optional<ObjectNode> object, TokenClaims.Bound bound, Instant now) {
    if (object.isEmpty() || isDeleted(object.get(), now)) {
      return Optional.of("service account token has been invalidated");
    }
    return uid(object.get()).equals(bound.object().uid())
        ? Optional.empty()
        : Optional.of(
            bound.type()
                + " UID ("
                + uid(object.get())
                + ") does not match service account "
                + bound.type()
                + " ref claim ("
                + bound.object().uid()
                + ")");
  }

  /** Whether an object has been on its way out for longer than clocks may differ. */
  private static boolean isDeleted(ObjectNode object, Instant now) {
    var time = object.path("metadata").path("deletionTimestamp").asString("");
    try {
      return !time.isEmpty() && OffsetDateTime.parse(time).toInstant().isBefore(now.minus(LEEWAY));
    } catch (DateTimeException e) {
      return true;
    }
  }

  private static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asString("");
  }

  /** The user that a service account is. */
  static User user(TokenClaims claims) {
    var extra = new HashMap<String, List<String>>();
    if (!claims.id().isEmpty()) {
      extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.id()));
    }
    if (claims.boundTo().type().equals("pod")) {
      put(extra, "pod", claims.boundTo().object());
    }
    if (!claims.node().isNone()) {
      put(extra, "node", claims.node());
    }
    return user(claims.account(), extra);
  }

  /** The same with what else is known of its token. */
  static User user(TokenClaims.Account account, Map<String, List<String>> extra) {
    return new User(
        account.userName(),
        account.uid(),
        List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + account.namespace(),
            User.AUTHENTICATED),
        extra);
  }

  private static void put(Map<String, List<String>> extra, String type, Reference object) {
    extra.put(EXTRA + type + "-name", List.of(object.name()));
    if (!object.uid().isEmpty()) {
      extra.put(EXTRA + type + "-uid", List.of(object.uid()));
    }
  }
}
