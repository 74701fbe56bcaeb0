package dev.nauarch.apiserver.authentication;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the token of a service account says.
 *
 * @param account whose it is
 * @param boundTo the object with which it dies
 * @param node the node of the pod to which it is bound; {@link Reference#NONE} for none
 * @param audiences who shall accept it
 * @param validity when it is good
 * @param id its own identity
 * @param warnAfter when its bearer should have had a newer one; empty for a token that just expires
 */
record TokenClaims(
    Account account,
    Bound boundTo,
    Reference node,
    List<String> audiences,
    Validity validity,
    String id,
    Optional<Instant> warnAfter) {

  /** A service account. */
  record Account(String namespace, String name, String uid) {

    String userName() {
      return "system:serviceaccount:" + namespace + ":" + name;
    }
  }

  /** An object by name and uid. */
  record Reference(String name, String uid) {

    static final Reference NONE = new Reference("", "");

    boolean isNone() {
      return uid.isEmpty() && name.isEmpty();
    }
  }

  /**
   * The object with which a token dies.
   *
   * @param type {@code pod}, {@code secret}, {@code node}; empty for none
   * @param object which
   */
  record Bound(String type, Reference object) {

    static final Bound NONE = new Bound("", Reference.NONE);
  }

  /** From when and until when, in whole seconds. */
  record Validity(Instant from, Instant until) {}

  /** The claims of a token's payload. */
  ObjectNode toPayload(String issuer) {
    var payload = JsonNodeFactory.instance.objectNode();
    var list = payload.putArray("aud");
    audiences.forEach(list::add);
    payload.put("exp", validity.until.getEpochSecond());
    payload.put("iat", validity.from.getEpochSecond());
    payload.put("iss", issuer);
    payload.put("jti", id);
    var kubernetes = payload.putObject("kubernetes.io");
    kubernetes.put("namespace", account.namespace);
    if (!node.isNone()) {
      put(kubernetes, "node", node);
    }
    if (!boundTo.type.isEmpty()) {
      put(kubernetes, boundTo.type, boundTo.object);
    }
    put(kubernetes, "serviceaccount", new Reference(account.name, account.uid));
    warnAfter.ifPresent(time -> kubernetes.put("warnafter", time.getEpochSecond()));
    payload.put("nbf", validity.from.getEpochSecond());
    payload.put("sub", account.userName());
    return payload;
  }

  /** Reads the claims of a token's payload; what it lacks is empty. */
  static TokenClaims of(JsonNode payload) {
    var kubernetes = payload.path("kubernetes.io");
    var audiences = new ArrayList<String>();
    payload.path("aud").forEach(audience -> audiences.add(audience.asString("")));
    var account = reference(kubernetes.path("serviceaccount"));
    return new TokenClaims(
        new Account(kubernetes.path("namespace").asString(""), account.name, account.uid),
        bound(kubernetes),
        reference(kubernetes.path("node")),
        audiences,
        new Validity(
            Instant.ofEpochSecond(payload.path("nbf").asLong(0)),
            Instant.ofEpochSecond(payload.path("exp").asLong(0))),
        payload.path("jti").asString(""),
        kubernetes.has("warnafter")
            ? Optional.of(Instant.ofEpochSecond(kubernetes.path("warnafter").asLong(0)))
            : Optional.empty());
  }

  private static Bound bound(JsonNode kubernetes) {
    for (var type : List.of("pod", "secret", "node")) {
      if (kubernetes.has(type)) {
        return new Bound(type, reference(kubernetes.path(type)));
      }
    }
    return Bound.NONE;
  }

  private static Reference reference(JsonNode object) {
    return new Reference(object.path("name").asString(""), object.path("uid").asString(""));
  }

  private static void put(ObjectNode parent, String name, Reference reference) {
    parent.putObject(name).put("name", reference.name).put("uid", reference.uid);
  }
}
