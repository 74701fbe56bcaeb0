package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.certificates.SigningRequest;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions about a CertificateSigningRequest. */
record Request(ObjectNode object) {

  static final String APPROVED = "Approved";
  static final String DENIED = "Denied";
  static final String FAILED = "Failed";

  String name() {
    return object.path("metadata").path("name").asString("");
  }

  String signer() {
    return object.path("spec").path("signerName").asString("");
  }

  List<String> usages() {
    var usages = new ArrayList<String>();
    object.path("spec").path("usages").forEach(usage -> usages.add(usage.asString("")));
    return usages;
  }

  /**
   * What shall be certified.
   *
   * @throws GeneralSecurityException when that can't be read
   */
  SigningRequest content() throws GeneralSecurityException {
    try {
      var text = object.path("spec").path("request").asString("");
      return SigningRequest.read(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("illegal base64 data", e);
    }
  }

  JsonNode conditions() {
    return object.path("status").path("conditions");
  }

  /** The conditions of a type. */
  List<JsonNode> conditions(String type) {
    return conditions().valueStream().filter(each -> isOf(each, type)).toList();
  }

  Optional<JsonNode> condition(String type) {
    return conditions(type).stream().findFirst();
  }

  /** The certificate as base64; empty for none. */
  String certificate() {
    return object.path("status").path("certificate").asString("");
  }

  static boolean isOf(JsonNode condition, String type) {
    return condition.path("type").asString("").equals(type);
  }
}
