package dev.nauarch.apiserver.authentication;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs and checks JSON web tokens (RFC 7515, ES256 alone: the algorithm that a token names is
 * never trusted beyond that). May be called from any thread.
 */
final class TokenSigner {

  private static final String ALGORITHM = "ES256";

  // The signature as the two numbers side by side, which is what a JSON web token carries.
  private static final String SIGNATURE = "SHA256withECDSAinP1363Format";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final KeyPair keys;
  private final String keyId;
  private final JsonMapper json = new JsonMapper();

  TokenSigner(KeyPair keys) {
    this.keys = keys;
    this.keyId = keyId(keys);
  }

  /** The identity of the key, as it stands in tokens and in the set of public keys. */
  String keyId() {
    return keyId;
  }

  String sign(ObjectNode payload) {
    var header = JsonNodeFactory.instance.objectNode().put("alg", ALGORITHM).put("kid", keyId);
    var signed = encoded(header) + "." + encoded(payload);
    try {
      var signature = Signature.getInstance(SIGNATURE);
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the service account key can't sign", e);
    }
  }

  /** The payload of a token that this key has signed; empty for any other. */
  Optional<JsonNode> verified(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var header = json.readTree(DECODER.decode(parts[0]));
      if (!header.path("alg").asString("").equals(ALGORITHM)
          || !header.path("kid").asString("").equals(keyId)) {
        return Optional.empty();
      }
      var signature = Signature.getInstance(SIGNATURE);
      signature.initVerify(keys.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(DECODER.decode(parts[2]))
          ? Optional.of(json.readTree(DECODER.decode(parts[1])))
          : Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException e) {
      return Optional.empty();
    }
  }

  private String encoded(ObjectNode part) {
    return ENCODER.encodeToString(json.writeValueAsBytes(part));
  }

  private static String keyId(KeyPair keys) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded());
      return ENCODER.encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
