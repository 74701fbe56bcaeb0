package dev.nauarch.apiserver.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A certificate and the private key that belongs to it.
 *
 * @param certificate the certificate
 * @param key its private key
 */
public record Credential(X509Certificate certificate, PrivateKey key) {

  /** The certificate as PEM, as kubeconfig files and trust bundles take it. */
  public String certificatePem() {
    return Pem.certificate(certificate);
  }

  /** The private key as PEM (SEC 1), as kubeconfig files take it. */
  public String keyPem() {
    return Pem.ecPrivateKey(key, certificate.getPublicKey());
  }

  @Override
  public String toString() {
    return "Credential[" + certificate.getSubjectX500Principal().getName() + "]";
  }
}
