package dev.nauarch.apiserver.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The textual form of certificates and keys (RFC 7468). */
public final class Pem {

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final String PUBLIC_KEY = "PUBLIC KEY";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /** A certificate as PEM. */
  public static String certificate(X509Certificate certificate) {
    try {
      return block(CERTIFICATE, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate without an encoding", e);
    }
  }

  /** A private key as PEM, in PKCS #8. */
  public static String privateKey(PrivateKey key) {
    return block(PRIVATE_KEY, key.getEncoded());
  }

  /** A public key as PEM. */
  public static String publicKey(PublicKey key) {
    return block(PUBLIC_KEY, key.getEncoded());
  }

  /**
   * Reads the first certificate.
   *
   * @throws GeneralSecurityException when the text holds none
   */
  public static X509Certificate readCertificate(String pem) throws GeneralSecurityException {
    var bytes = new ByteArrayInputStream(content(CERTIFICATE, pem));
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
  }

  /**
   * Reads a private key of an elliptic curve in PKCS #8.
   *
   * @throws GeneralSecurityException when the text holds none
   */
  public static PrivateKey readPrivateKey(String pem) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(content(PRIVATE_KEY, pem)));
  }

  /**
   * Reads a public key of an elliptic curve.
   *
   * @throws GeneralSecurityException when the text holds none
   */
  public static PublicKey readPublicKey(String pem) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePublic(new X509EncodedKeySpec(content(PUBLIC_KEY, pem)));
  }

  private static String block(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + LINES.encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] content(String label, String pem) throws GeneralSecurityException {
    var head = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(head);
    int end = pem.indexOf("-----END " + label + "-----");
    if (start < 0 || end < start) {
      throw new GeneralSecurityException("no PEM block " + label);
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(start + head.length(), end));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("the PEM block " + label + " is not base64", e);
    }
  }
}
