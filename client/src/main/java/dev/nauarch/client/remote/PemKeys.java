package dev.nauarch.client.remote;

import java.io.ByteArrayInputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys from PEM. The JDK reads PKCS #8 only; the two older key forms
 * that kubeconfigs hold are wrapped into it here, which spares a start the loading of a crypto
 * library.
 */
public final class PemKeys {

  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ((?:EC |RSA )?PRIVATE KEY)-----([^-]+)-----END \\1-----", Pattern.DOTALL);

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int CURVE_FIELD = 0xA0;
  private static final int LONG_LENGTH = 0x80;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final byte[] RSA_ALGORITHM =
      bytes(0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 0x05, 0x00);
  private static final byte[] EC_ALGORITHM =
      bytes(0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01);

  private PemKeys() {}

  /**
   * The certificates in a text, in its order.
   *
   * @throws GeneralSecurityException one can't be read
   */
  public static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
    var stream = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    return CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /**
   * The first private key in a text.
   *
   * @throws GeneralSecurityException there is none, or it can't be read
   */
  public static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    var match = KEY.matcher(pem);
    if (!match.find()) {
      throw new GeneralSecurityException("no private key in PEM form that is not encrypted");
    }
    var der = Base64.getMimeDecoder().decode(match.group(2));
    return switch (match.group(1)) {
      case "RSA PRIVATE KEY" -> pkcs8("RSA", wrap(RSA_ALGORITHM, der));
      case "EC PRIVATE KEY" -> pkcs8("EC", wrap(ecAlgorithm(der), der));
      default -> pkcs8OfAnyAlgorithm(der);
    };
  }

  private static PrivateKey pkcs8OfAnyAlgorithm(byte[] der) throws GeneralSecurityException {
    try {
      return pkcs8("EC", der);
    } catch (GeneralSecurityException notOfCurves) {
      return pkcs8("RSA", der);
    }
  }

  private static PrivateKey pkcs8(String algorithm, byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, key));
  }

  /** The algorithm of a SEC 1 key: its curve stands in the field tagged 0. */
  private static byte[] ecAlgorithm(byte[] der) throws GeneralSecurityException {
    var parts = ByteBuffer.wrap(der);
    try {
      enter(parts);
      while (parts.hasRemaining()) {
        var tag = parts.get() & 0xFF;
        var content = new byte[length(parts)];
        parts.get(content);
        if (tag == CURVE_FIELD) {
          return element(SEQUENCE, EC_ALGORITHM, content);
        }
      }
    } catch (BufferUnderflowException e) {
      throw new GeneralSecurityException("the EC private key is cut off", e);
    }
    throw new GeneralSecurityException("the EC private key does not name its curve");
  }

  /** Goes to the first part of a sequence. */
  private static void enter(ByteBuffer parts) {
    parts.get();
    length(parts);
  }

  private static int length(ByteBuffer parts) {
    int length = parts.get() & 0xFF;
    if (length >= LONG_LENGTH) {
      int bytes = length - LONG_LENGTH;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (parts.get() & 0xFF);
      }
    }
    if (length < 0 || length > parts.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    var header =
        length < 0x80
            ? bytes(tag, length)
            : length < 0x100
                ? bytes(tag, 0x81, length)
                : bytes(tag, 0x82, length >> 8, length & 0xFF);
    var result = Arrays.copyOf(header, header.length + length);
    int at = header.length;
    for (var part : parts) {
      System.arraycopy(part, 0, result, at, part.length);
      at += part.length;
    }
    return result;
  }

  private static byte[] bytes(int... values) {
    var result = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (byte) values[i];
    }
    return result;
  }
}
