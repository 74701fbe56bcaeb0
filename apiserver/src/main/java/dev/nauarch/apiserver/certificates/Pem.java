package dev.nauarch.apiserver.certificates;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The textual form of certificates and keys (RFC 7468). */
public final class Pem {

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final String EC_PRIVATE_KEY = "EC PRIVATE KEY";
  private static final String PUBLIC_KEY = "PUBLIC KEY";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  // What stands around the two numbers of a key of the curve P-256 in SEC 1, and around that in
  // PKCS #8: in one curve all lengths are fixed.
  private static final byte[] SEC1_HEAD = HexFormat.of().parseHex("30770201010420");
  private static final byte[] SEC1_CURVE =
      HexFormat.of().parseHex("a00a06082a8648ce3d030107a144034200");
  private static final byte[] PKCS8_HEAD =
      HexFormat.of().parseHex("308193020100301306072a8648ce3d020106082a8648ce3d0301070479");
  private static final int SCALAR_BYTES = 32;
  private static final int POINT_BYTES = 65;

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([^\\n-]*)-----[ \\t\\r]*\\n(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * A block of a text.
   *
   * @param label what stands in its first line
   * @param hasHeaders whether lines that say something of the content precede it
   * @param content what it holds
   */
  record Block(String label, boolean hasHeaders, byte[] content) {}

  private Pem() {}

  /** The first block of a text that is well formed. */
  static Optional<Block> first(String pem) {
    return blocks(pem).stream().findFirst();
  }

  /** The well formed blocks of a text; what stands around them does not count. */
  static List<Block> blocks(String pem) {
    var blocks = new ArrayList<Block>();
    for (var match = BLOCK.matcher(pem); match.find(); ) {
      block(match.group(1), match.group(2)).ifPresent(blocks::add);
    }
    return blocks;
  }

  /** What can't be decoded is no block but text that stands around the others. */
  private static Optional<Block> block(String label, String body) {
    var hasHeaders = body.indexOf(':') >= 0;
    var base64 = hasHeaders ? body.substring(body.indexOf("\n\n") + 1) : body;
    try {
      var content = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
      return Optional.of(new Block(label, hasHeaders, content));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a certificate and those that vouch for it, and nothing else.
   *
   * @throws GeneralSecurityException with Kubernetes' words for what is wrong with the text
   */
  public static List<X509Certificate> readChain(byte[] pem) throws GeneralSecurityException {
    var chain = new ArrayList<X509Certificate>();
    for (var block : blocks(new String(pem, StandardCharsets.ISO_8859_1))) {
      if (!block.label.equals(CERTIFICATE)) {
        throw new GeneralSecurityException(
            "only CERTIFICATE PEM blocks are allowed, found \"" + block.label + '"');
      }
      if (block.hasHeaders) {
        throw new GeneralSecurityException("no PEM block headers are permitted");
      }
      chain.add(certificate(block.content));
    }
    if (chain.isEmpty()) {
      throw new GeneralSecurityException("must contain at least one CERTIFICATE PEM block");
    }
    return chain;
  }

  private static X509Certificate certificate(byte[] content) throws GeneralSecurityException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw new GeneralSecurityException("x509: malformed certificate", e);
    }
  }

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

  /**
   * The private key of a pair of the curve P-256 as PEM, in SEC 1: the form that all client
   * libraries read. Of PKCS #8 some take for granted that it holds an RSA key.
   */
  public static String ecPrivateKey(PrivateKey key, PublicKey publicKey) {
    var point = publicKey.getEncoded();
    var content =
        ByteBuffer.allocate(SEC1_HEAD.length + SCALAR_BYTES + SEC1_CURVE.length + POINT_BYTES)
            .put(SEC1_HEAD)
            .put(scalar((ECPrivateKey) key))
            .put(SEC1_CURVE)
            .put(point, point.length - POINT_BYTES, POINT_BYTES);
    return block(EC_PRIVATE_KEY, content.array());
  }

  /** The secret number, in as many bytes as the curve has. */
  private static byte[] scalar(ECPrivateKey key) {
    var bytes = key.getS().toByteArray();
    var scalar = new byte[SCALAR_BYTES];
    var length = Math.min(bytes.length, SCALAR_BYTES);
    System.arraycopy(bytes, bytes.length - length, scalar, SCALAR_BYTES - length, length);
    return scalar;
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
   * Reads all certificates.
   *
   * @throws GeneralSecurityException when the text holds none, or one that can't be read
   */
  public static List<X509Certificate> readCertificates(String pem) throws GeneralSecurityException {
    var certificates = new ArrayList<X509Certificate>();
    var tail = "-----END " + CERTIFICATE + "-----";
    var rest = pem;
    do {
      certificates.add(readCertificate(rest));
      rest = rest.substring(rest.indexOf(tail) + tail.length());
    } while (rest.contains("-----BEGIN " + CERTIFICATE + "-----"));
    return certificates;
  }

  /**
   * Reads a private key of an elliptic curve in PKCS #8, or of P-256 in SEC 1.
   *
   * @throws GeneralSecurityException when the text holds none
   */
  public static PrivateKey readPrivateKey(String pem) throws GeneralSecurityException {
    var isSec1 = pem.contains(EC_PRIVATE_KEY);
    var content = content(isSec1 ? EC_PRIVATE_KEY : PRIVATE_KEY, pem);
    if (isSec1) {
      var sec1 = content;
      content =
          ByteBuffer.allocate(PKCS8_HEAD.length + sec1.length).put(PKCS8_HEAD).put(sec1).array();
    }
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(content));
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
