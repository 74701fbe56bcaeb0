package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.authentication.TokenClaims.Reference;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens of service accounts: makes them, and says whose a token is. A token is good while it
 * has not expired and the account, and the pod, secret or node that it is bound to, are still the
 * ones for which it was made. May be called from any thread.
 */
public final class ServiceAccountTokens {

  /** Who signs, and the audience of the API server itself. */
  public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

  private static final int KEPT_MAX = 4096;
  private static final String EXTRA = "authentication.kubernetes.io/";

  private final TokenSigner signer;
  private final ObjectView view;
  private final InstantSource clock;

  /** Signatures that were checked; all else about a token is looked at each time. */
  private final ConcurrentHashMap<String, TokenClaims> claimsByToken = new ConcurrentHashMap<>();

  /** Tokens signed with these keys, about accounts in this view. */
  public ServiceAccountTokens(KeyPair keys, ObjectView view, InstantSource clock) {
    this.signer = new TokenSigner(keys);
    this.view = view;
    this.clock = clock;
  }

  /** Signs a token. */
  String sign(TokenClaims claims) {
    return signer.sign(claims.toPayload(ISSUER));
  }

  /** What a token says, where this cluster signed it. */
  Optional<TokenClaims> claims(String token) {
    var known = claimsByToken.get(token);
    if (known != null) {
      return Optional.of(known);
    }
    var claims =
        signer
            .verified(token)
            .filter(payload -> payload.path("iss").asString("").equals(ISSUER))
            .map(TokenClaims::of);
    claims.ifPresent(
        found -> {
          if (claimsByToken.size() >= KEPT_MAX) {
            claimsByToken.clear();
          }
          claimsByToken.put(token, found);
        });
    return claims;
  }

  /**
   * Whose token it is.
   *
   * @param audiences of which the token must name one
   */
  public Authentication authenticate(String token, List<String> audiences) {
    return claims(token)
        .map(claims -> authenticate(claims, audiences))
        .orElseGet(() -> new Authentication.Rejected("the token was not signed here"));
  }

  private Authentication authenticate(TokenClaims claims, List<String> audiences) {
    var now = clock.instant();
    if (claims.validity().until().isBefore(now)) {
      return new Authentication.Rejected("the token has expired");
    }
    if (claims.validity().from().isAfter(now)) {
      return new Authentication.Rejected("the token is not yet good");
    }
    if (claims.audiences().stream().noneMatch(audiences::contains)) {
      return new Authentication.Rejected("the token is for " + claims.audiences());
    }
    var account = claims.account();
    if (!isLive("serviceaccounts", account.namespace(), account.name(), account.uid())) {
      return new Authentication.Rejected("the account of " + account.userName() + " is gone");
    }
    return isBoundObjectLive(claims)
        ? new Authentication.Known(user(claims))
        : new Authentication.Rejected("what the token is bound to is gone: " + claims.boundTo());
  }

  private boolean isBoundObjectLive(TokenClaims claims) {
    var bound = claims.boundTo();
    var name = bound.object().name();
    var uid = bound.object().uid();
    return switch (bound.type()) {
      case "pod" -> isLive("pods", claims.account().namespace(), name, uid);
      case "secret" -> isLive("secrets", claims.account().namespace(), name, uid);
      case "node" -> isLive("nodes", "", name, uid);
      default -> true;
    };
  }

  private boolean isLive(String plural, String namespace, String name, String uid) {
    return view.find("", plural, namespace, name)
        .map(ServiceAccountTokens::uid)
        .filter(uid::equals)
        .isPresent();
  }

  private static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asString("");
  }

  /** The user that a service account is. */
  static User user(TokenClaims claims) {
    var account = claims.account();
    var extra = new HashMap<String, List<String>>();
    extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.id()));
    if (claims.boundTo().type().equals("pod")) {
      put(extra, "pod", claims.boundTo().object());
    }
    if (!claims.node().isNone()) {
      put(extra, "node", claims.node());
    }
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
