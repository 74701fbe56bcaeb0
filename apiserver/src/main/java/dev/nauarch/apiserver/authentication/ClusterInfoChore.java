package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs the ConfigMap that tells strangers where the cluster is by each bootstrap token that is for
 * signing: whoever has such a token knows by it that the map is genuine.
 */
public final class ClusterInfoChore implements Chore {

  private static final String NAMESPACE = "kube-public";
  private static final String NAME = "cluster-info";
  private static final String SIGNATURE = "jws-kubeconfig-";
  private static final JsonMapper JSON = new JsonMapper();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final ObjectView view;
  private final Followed followed;

  private ClusterInfoChore(ObjectView view, Followed followed) {
    this.view = view;
    this.followed = followed;
  }

  /** The chore, as it is called for when the map changes, and when a token does. */
  public static List<Chore> of(ObjectView view) {
    return List.of(
        new ClusterInfoChore(view, new Followed("", "v1", "configmaps", "metadata.name=" + NAME)),
        new ClusterInfoChore(
            view, new Followed("", "v1", "secrets", "type=" + BootstrapSecret.TYPE)));
  }

  @Override
  public String name() {
    return "bootstrap-signer";
  }

  @Override
  public User user() {
    return Chore.account("bootstrap-signer");
  }

  @Override
  public Followed followed() {
    return followed;
  }

  @Override
  public boolean seesDeletions() {
    return true;
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var map = view.find("", "configmaps", NAMESPACE, NAME);
    if (map.isEmpty()) {
      return Due.NOTHING;
    }
    var wanted = signatures(map.get(), now);
    var again =
        tokens(now).stream().flatMap(token -> token.expiration().stream()).min(Instant::compareTo);
    if (wanted.equals(present(map.get()))) {
      return new Due(List.of(), again);
    }
    var write =
        new Write.Change(
            "configmaps",
            NAMESPACE,
            NAME,
            "",
            current -> {
              var data = current.withObject("data");
              present(current).keySet().forEach(data::remove);
              signatures(current, now).forEach(data::put);
              return current;
            });
    return new Due(List.of(write), again);
  }

  private List<BootstrapSecret> tokens(Instant now) {
    var tokens = new ArrayList<BootstrapSecret>();
    for (var object : view.list("", "secrets", BootstrapSecret.NAMESPACE)) {
      var secret = new BootstrapSecret(object);
      if (secret.isToken()
          && !secret.isBeingDeleted()
          && !secret.hasExpired(now)
          && secret.data("usage-bootstrap-signing").equals("true")
          && !secret.data("token-secret").isEmpty()
          && secret.name().equals(BootstrapSecret.NAME_PREFIX + secret.data("token-id"))) {
        tokens.add(secret);
      }
    }
    return tokens;
  }

  private Map<String, String> signatures(ObjectNode map, Instant now) {
    var signatures = new TreeMap<String, String>();
    Optional.ofNullable(map.path("data").get("kubeconfig"))
        .ifPresent(
            content ->
                tokens(now)
                    .forEach(
                        token ->
                            signatures.put(
                                SIGNATURE + token.data("token-id"),
                                signature(content.asString(""), token))));
    return signatures;
  }

  private static Map<String, String> present(ObjectNode map) {
    var present = new TreeMap<String, String>();
    for (var entry : map.path("data").properties()) {
      if (entry.getKey().startsWith(SIGNATURE)) {
        present.put(entry.getKey(), entry.getValue().asString(""));
      }
    }
    return present;
  }

  /** A JSON web signature whose content stands elsewhere (RFC 7515, appendix F). */
  private static String signature(String content, BootstrapSecret token) {
    var header = JSON.createObjectNode().put("alg", "HS256").put("kid", token.data("token-id"));
    var head = ENCODER.encodeToString(JSON.writeValueAsBytes(header));
    var body = ENCODER.encodeToString(content.getBytes(StandardCharsets.UTF_8));
    try {
      var mac = Mac.getInstance("HmacSHA256");
      var key = token.data("token-secret").getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      var signed = mac.doFinal((head + "." + body).getBytes(StandardCharsets.US_ASCII));
      return head + ".." + ENCODER.encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC", e);
    }
  }
}
