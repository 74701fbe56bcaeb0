package dev.nauarch.apiserver.authentication;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A Secret that holds a bootstrap token. */
record BootstrapSecret(ObjectNode secret) {

  static final String NAMESPACE = "kube-system";
  static final String NAME_PREFIX = "bootstrap-token-";
  static final String TYPE = "bootstrap.kubernetes.io/token";

  boolean isToken() {
    return secret.path("type").asString("").equals(TYPE)
        && secret.path("metadata").path("namespace").asString("").equals(NAMESPACE);
  }

  boolean isBeingDeleted() {
    return secret.path("metadata").has("deletionTimestamp");
  }

  String name() {
    return secret.path("metadata").path("name").asString("");
  }

  String uid() {
    return secret.path("metadata").path("uid").asString("");
  }

  /** The text under a key; empty where there is none. */
  String data(String key) {
    try {
      var value = secret.path("data").path(key).asString("");
      return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Whether its time is over; a time that can't be read is. */
  boolean hasExpired(Instant now) {
    return !data("expiration").isEmpty()
        && expiration().map(end -> !now.isBefore(end)).orElse(true);
  }

  /** When its time is over; empty where that is never or can't be read. */
  Optional<Instant> expiration() {
    try {
      var text = data("expiration");
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
