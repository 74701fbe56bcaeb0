package dev.nauarch.apiserver.crd;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/** The certificates of authorities, as PEM in base64. */
final class AuthorityBundle {

  private AuthorityBundle() {}

  /** Whether there is a certificate in it, and nothing that is none. */
  static boolean isValid(String base64) {
    try {
      var pem = Base64.getDecoder().decode(base64);
      return !CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .isEmpty();
    } catch (CertificateException | IllegalArgumentException malformed) {
      return false;
    }
  }
}
