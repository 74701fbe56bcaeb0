package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.authentication.TokenClaims.Account;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills the Secrets that somebody has made for tokens of a service account, and removes them when
 * the account is gone.
 */
public final class SecretTokenChore implements Chore {

  private final ServiceAccountTokens tokens;
  private final ObjectView view;
  private final String authority;
  private final Followed followed;

  private SecretTokenChore(
      ServiceAccountTokens tokens, ObjectView view, String authority, Followed followed) {
    this.tokens = tokens;
    this.view = view;
    this.authority = base64(authority);
    this.followed = followed;
  }

  /**
   * The chore, as it is called for when a secret changes, and when an account does.
   *
   * @param tokens makes the tokens
   * @param authority the certificate of the cluster's authority, as PEM
   */
  public static List<Chore> of(ServiceAccountTokens tokens, ObjectView view, String authority) {
    var secrets = new Followed("", "v1", "secrets", "type=" + SecretTokens.TYPE);
    var accounts = new Followed("", "v1", "serviceaccounts", "");
    return List.of(
        new SecretTokenChore(tokens, view, authority, secrets),
        new SecretTokenChore(tokens, view, authority, accounts));
  }

  @Override
  public String name() {
    return "token-controller";
  }

  @Override
  public User user() {
    return Chore.account("token-controller");
  }

  @Override
  public Followed followed() {
    return followed;
  }

  @Override
  public boolean seesDeletions() {
    return followed.plural().equals("serviceaccounts");
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    for (var object : objects) {
      if (object.path("type").asString("").equals(SecretTokens.TYPE)) {
        write(object).ifPresent(writes::add);
      } else if (isGone(object)) {
        var namespace = metadata(object, "namespace");
        for (var secret : view.list("", "secrets", namespace)) {
          if (secret.path("type").asString("").equals(SecretTokens.TYPE)) {
            write(secret).ifPresent(writes::add);
          }
        }
      }
    }
    return Due.now(writes);
  }

  private boolean isGone(ObjectNode account) {
    return view.find(
            "", "serviceaccounts", metadata(account, "namespace"), metadata(account, "name"))
        .filter(found -> metadata(found, "uid").equals(metadata(account, "uid")))
        .isEmpty();
  }

  private Optional<Write> write(ObjectNode secret) {
    var annotations = secret.path("metadata").path("annotations");
    var namespace = metadata(secret, "namespace");
    var name = annotations.path(SecretTokens.NAME).asString("");
    var wantedUid = annotations.path(SecretTokens.UID).asString("");
    var account = view.find("", "serviceaccounts", namespace, name);
    if (account.isEmpty()
        || (!wantedUid.isEmpty() && !wantedUid.equals(metadata(account.get(), "uid")))) {
      return Optional.of(
          new Write.Delete(
              "secrets", namespace, metadata(secret, "name"), metadata(secret, "uid")));
    }
    var uid = metadata(account.get(), "uid");
    return isFilled(secret, uid)
        ? Optional.empty()
        : Optional.of(
            new Write.Change(
                "secrets",
                namespace,
                metadata(secret, "name"),
                "",
                current -> filled(current, new Account(namespace, name, uid))));
  }

  private boolean isFilled(ObjectNode secret, String uid) {
    var data = secret.path("data");
    return secret
            .path("metadata")
            .path("annotations")
            .path(SecretTokens.UID)
            .asString("")
            .equals(uid)
        && !data.path("token").asString("").isEmpty()
        && data.path("ca.crt").asString("").equals(authority)
        && !data.path("namespace").asString("").isEmpty();
  }

  private ObjectNode filled(ObjectNode secret, Account account) {
    secret.withObject("metadata").withObject("annotations").put(SecretTokens.UID, account.uid());
    var data = secret.withObject("data");
    data.put("ca.crt", authority);
    if (data.path("namespace").asString("").isEmpty()) {
      data.put("namespace", base64(account.namespace()));
    }
    if (data.path("token").asString("").isEmpty()) {
      var payload = SecretTokens.payload(account, metadata(secret, "name"));
      data.put("token", base64(tokens.sign(payload)));
    }
    return secret;
  }

  private static String metadata(JsonNode object, String field) {
    return object.path("metadata").path(field).asString("");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
