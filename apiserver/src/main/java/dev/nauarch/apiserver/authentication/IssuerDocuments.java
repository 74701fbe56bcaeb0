package dev.nauarch.apiserver.authentication;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** By what others check the tokens of this cluster's accounts (OpenID Connect discovery). */
public final class IssuerDocuments {

  private static final JsonMapper JSON = new JsonMapper();

  private final ServiceAccountTokens tokens;

  /** Documents about these tokens. */
  public IssuerDocuments(ServiceAccountTokens tokens) {
    this.tokens = tokens;
  }

  /** A document. */
  public record Document(String contentType, byte[] content) {}

  /** The document at a path. */
  public Optional<Document> find(String path) {
    return switch (path) {
      case "/.well-known/openid-configuration", "/.well-known/openid-configuration/" ->
          Optional.of(new Document("application/json", bytes(configuration())));
      case "/openid/v1/jwks", "/openid/v1/jwks/" ->
          Optional.of(new Document("application/jwk-set+json", bytes(tokens.publicKeys())));
      default -> Optional.empty();
    };
  }

  private ObjectNode configuration() {
    var configuration = JSON.createObjectNode();
    configuration.put("issuer", ServiceAccountTokens.ISSUER);
    configuration.put("jwks_uri", ServiceAccountTokens.ISSUER + "/openid/v1/jwks");
    configuration.putArray("response_types_supported").add("id_token");
    configuration.putArray("subject_types_supported").add("public");
    configuration.putArray("id_token_signing_alg_values_supported").add(TokenSigner.ALGORITHM);
    return configuration;
  }

  private static byte[] bytes(ObjectNode document) {
    return JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
  }
}
