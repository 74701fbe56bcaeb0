package dev.nauarch.apiserver.strategy.trust;

import dev.nauarch.apiserver.certificates.SigningRequest;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.StringNode;

/** The rules of requests for certificates of pods. */
final class PodCertificateRules {

  private static final int UID_LENGTH_MAX = 128;
  private static final int REQUEST_BYTES_MAX = 10 * 1024;
  private static final int SECONDS_MIN = 3600;
  private static final int SECONDS_MAX = 91 * 24 * 3600;
  private static final int OWN_SECONDS_MAX = 24 * 3600;
  private static final String OWN_DOMAIN = "kubernetes.io";
  private static final Set<Integer> CURVE_BITS = Set.of(256, 384, 521);
  private static final Set<Integer> MODULUS_BITS = Set.of(3072, 4096);

  private PodCertificateRules() {}

  static void check(Problems problems, Field request) {
    var spec = request.at("spec");
    NameForms.signer(problems, spec.at("signerName"));
    annotations(problems, spec.at("unverifiedUserAnnotations"));
    problems.text(spec.at("podName"), NameRules::subdomain);
    uid(problems, spec.at("podUID"));
    problems.text(spec.at("serviceAccountName"), NameRules::subdomain);
    uid(problems, spec.at("serviceAccountUID"));
    problems.text(spec.at("nodeName"), NameRules::subdomain);
    uid(problems, spec.at("nodeUID"));
    var seconds = spec.at("maxExpirationSeconds");
    if (!seconds.isPresent()) {
      problems.required(seconds, "must be set");
      return;
    }
    int max = isOwn(spec.at("signerName").text()) ? OWN_SECONDS_MAX : SECONDS_MAX;
    if (seconds.number(0) < SECONDS_MIN || seconds.number(0) > max) {
      problems.invalid(seconds, "must be in the range [" + SECONDS_MIN + ", " + max + "]");
    }
    if (spec.at("stubPKCS10Request").isEmpty()) {
      problems.invalidUnshown(
          spec,
          "exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set");
    } else {
      stub(problems, spec.at("stubPKCS10Request"));
    }
  }

  static void change(Problems problems, Field request, Field old) {
    problems.immutable(request.at("spec"), old.at("spec"));
  }

  private static boolean isOwn(String signer) {
    var domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
    return domain.equals(OWN_DOMAIN) || domain.endsWith("." + OWN_DOMAIN);
  }

  private static void uid(Problems problems, Field uid) {
    if (uid.isEmpty()) {
      problems.invalid(uid, "must not be empty");
    } else if (uid.text().length() > UID_LENGTH_MAX) {
      problems.tooLong(uid, UID_LENGTH_MAX);
    }
  }

  private static void annotations(Problems problems, Field annotations) {
    for (var annotation : annotations.entries()) {
      var key = annotation.key().toLowerCase(Locale.ROOT);
      var shown = new Field(StringNode.valueOf(key), annotations.path(), "");
      if (key.isEmpty()) {
        problems.required(shown, "");
        continue;
      }
      var wrong = NameRules.labelKey(key);
      if (wrong.isPresent()) {
        problems.invalid(shown, wrong.get());
      } else if (key.indexOf('/') < 0) {
        problems.invalid(shown, "must be a domain-prefixed key (such as \"acme.io/foo\")");
      }
    }
  }

  private static void stub(Problems problems, Field stub) {
    if (Base64.getDecoder().decode(stub.text()).length > REQUEST_BYTES_MAX) {
      problems.tooLong(stub, REQUEST_BYTES_MAX);
      return;
    }
    try {
      key(problems, stub, signedWith(stub.text()));
    } catch (SignatureException e) {
      problems.invalidUnshown(stub, "invalid signature");
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      problems.invalidUnshown(stub, "must be a valid PKCS#10 CSR");
    }
  }

  private static void key(Problems problems, Field stub, PublicKey key) {
    switch (key) {
      case ECPublicKey curve -> {
        int bits = curve.getParams().getCurve().getField().getFieldSize();
        if (!CURVE_BITS.contains(bits)) {
          problems.invalid(
              stub,
              "\"curve of " + bits + " bits\"",
              "elliptic public keys must use curve P256, P384, or P521");
        }
      }
      case RSAPublicKey rsa -> {
        int bits = rsa.getModulus().bitLength();
        if (!MODULUS_BITS.contains(bits)) {
          problems.invalid(
              stub,
              '"' + Integer.toString(bits) + "-bit modulus\"",
              "RSA keys must have modulus size 3072 or 4096");
        }
      }
      case EdECPublicKey edwards -> {
        // It has no parameters that could be too weak.
      }
      default ->
          problems.invalidUnshown(
              stub, "unknown public key type; supported types are Ed25519, ECDSA, and RSA");
    }
  }

  /** The key that a request is signed with; empty where it is none, or not signed with it. */
  static Optional<PublicKey> key(String stub) {
    try {
      return Optional.of(signedWith(stub));
    } catch (GeneralSecurityException | IllegalArgumentException noRequest) {
      return Optional.empty();
    }
  }

  private static PublicKey signedWith(String stub) throws GeneralSecurityException {
    var pem =
        "-----BEGIN CERTIFICATE REQUEST-----\n" + stub + "\n-----END CERTIFICATE REQUEST-----\n";
    return SigningRequest.read(pem.getBytes(StandardCharsets.US_ASCII)).key();
  }
}
