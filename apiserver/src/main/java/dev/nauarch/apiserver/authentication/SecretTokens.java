package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.authentication.TokenAuthenticator.Found;
import dev.nauarch.apiserver.authentication.TokenClaims.Account;
import dev.nauarch.apiserver.port.ObjectView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens that stand in a Secret of their account and never expire: good for as long as the Secret
 * holds that very token and the account is there.
 */
final class SecretTokens {

  static final String ISSUER = "kubernetes/serviceaccount";
  static final String TYPE = "kubernetes.io/service-account-token";
  static final String NAME = "kubernetes.io/service-account.name";
  static final String UID = "kubernetes.io/service-account.uid";
  private static final String CLAIM = "kubernetes.io/serviceaccount/";
  private static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";

  private final ObjectView view;

  SecretTokens(ObjectView view) {
    this.view = view;
  }

  /** What the token in a secret says. */
  static ObjectNode payload(Account account, String secret) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("iss", ISSUER)
        .put(CLAIM + "namespace", account.namespace())
        .put(CLAIM + "secret.name", secret)
        .put(CLAIM + "service-account.name", account.name())
        .put(CLAIM + "service-account.uid", account.uid())
        .put("sub", account.userName());
  }

  Found find(String token, JsonNode payload, List<String> audiences) {
    if (!audiences.contains(ServiceAccountTokens.ISSUER)) {
      return new Found.Bad("token audiences [] is invalid for the target audiences " + audiences);
    }
    var account =
        new Account(
            payload.path(CLAIM + "namespace").asString(""),
            payload.path(CLAIM + "service-account.name").asString(""),
            payload.path(CLAIM + "service-account.uid").asString(""));
    var name = payload.path(CLAIM + "secret.name").asString("");
    return wrong(token, account, name)
        .<Found>map(Found.Bad::new)
        .orElseGet(
            () ->
                new Found.Bearer(
                    ServiceAccountTokens.user(account, Map.of()),
                    List.of(ServiceAccountTokens.ISSUER)));
  }

  private Optional<String> wrong(String token, Account account, String name) {
    var secret = view.find("", "secrets", account.namespace(), name);
    if (secret.isEmpty() || isBeingDeleted(secret.get())) {
      return Optional.of("Token has been invalidated");
    }
    if (!MessageDigest.isEqual(
        token(secret.get()).getBytes(StandardCharsets.UTF_8),
        token.getBytes(StandardCharsets.UTF_8))) {
      return Optional.of("Token does not match server's copy");
    }
    var found = view.find("", "serviceaccounts", account.namespace(), account.name());
    if (found.isEmpty()) {
      return Optional.of("serviceaccounts \"" + account.name() + "\" not found");
    }
    if (isBeingDeleted(found.get())) {
      return Optional.of(
          "ServiceAccount " + account.namespace() + "/" + account.name() + " has been deleted");
    }
    var uid = found.get().path("metadata").path("uid").asString("");
    if (!uid.equals(account.uid())) {
      return Optional.of(
          "ServiceAccount UID (" + uid + ") does not match claim (" + account.uid() + ")");
    }
    return secret.get().path("metadata").path("labels").path(INVALID_SINCE).asString("").isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the token in secret %s/%s for service account %s/%s has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '%s' label from the secret to temporarily allow use of this token"
                .formatted(
                    account.namespace(), name, account.namespace(), account.name(), INVALID_SINCE));
  }

  /** The token that a secret holds; empty for none. */
  static String token(ObjectNode secret) {
    try {
      var text = secret.path("data").path("token").asString("");
      return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static boolean isBeingDeleted(ObjectNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }
}
