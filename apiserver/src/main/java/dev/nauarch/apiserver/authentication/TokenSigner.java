package dev.nauarch.apiserver.authentication;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

  static final String ALGORITHM = "ES256";

  // The signature as the two numbers side by side, which is what a JSON web token carries.
  private static final String SIGNATURE = "SHA256withECDSAinP1363Format";
  private static final int COORDINATE_BYTES = 32;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final JsonMapper JSON = new JsonMapper();

  private final PrivateKey key;
  private final String keyId;

  /** The keys that are believed by their identities, the current one first. */
  private final Map<String, PublicKey> believed = new LinkedHashMap<>();

  TokenSigner(AccountKeys keys) {
    this.key = keys.current().getPrivate();
    this.keyId = keyId(keys.current().getPublic());
    believed.put(keyId, keys.current().getPublic());
    keys.former().forEach(former -> believed.put(keyId(former), former));
  }

  String sign(ObjectNode payload) {
    var header = JsonNodeFactory.instance.objectNode().put("alg", ALGORITHM).put("kid", keyId);
    var signed = encoded(header) + "." + encoded(payload);
    try {
      var signature = Signature.getInstance(SIGNATURE);
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the service account key can't sign", e);
    }
  }

  /** Who a token says has signed it, which nobody has checked; empty for what is no token. */
  static String issuer(String token) {
    var parts = token.split("\\.", -1);
    try {
      return parts.length == 3
          ? JSON.readTree(DECODER.decode(parts[1])).path("iss").asString("")
          : "";
    } catch (IllegalArgumentException | JacksonException e) {
      return "";
    }
  }

  /** The payload of a token that one of the keys has signed; empty for any other. */
  Optional<JsonNode> verified(String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var header = JSON.readTree(DECODER.decode(parts[0]));
      var signer = signer(header);
      if (signer == null) {
        return Optional.empty();
      }
      var signature = Signature.getInstance(SIGNATURE);
      signature.initVerify(signer);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(DECODER.decode(parts[2]))
          ? Optional.of(JSON.readTree(DECODER.decode(parts[1])))
          : Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException e) {
      return Optional.empty();
    }
  }

  private @Nullable PublicKey signer(JsonNode header) {
    return header.path("alg").asString("").equals(ALGORITHM)
        ? believed.get(header.path("kid").asString(""))
        : null;
  }

  /** The keys that are believed, as a JSON web key set (RFC 7517). */
  ObjectNode publicKeys() {
    var set = JsonNodeFactory.instance.objectNode();
    var keys = set.putArray("keys");
    for (var entry : believed.entrySet()) {
      var point = ((ECPublicKey) entry.getValue()).getW();
      keys.addObject()
          .put("use", "sig")
          .put("kty", "EC")
          .put("kid", entry.getKey())
          .put("crv", "P-256")
          .put("alg", ALGORITHM)
          .put("x", coordinate(point.getAffineX()))
          .put("y", coordinate(point.getAffineY()));
    }
    return set;
  }

  private static String coordinate(BigInteger number) {
    var bytes = number.toByteArray();
    var fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
    return ENCODER.encodeToString(fixed);
  }

  private static String encoded(ObjectNode part) {
    return ENCODER.encodeToString(JSON.writeValueAsBytes(part));
  }

  private static String keyId(PublicKey key) {
    try {
      return ENCODER.encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
