package dev.nauarch.apiserver.certificates;

import dev.nauarch.client.tls.Der;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Makes certificate signing requests, as clients do. */
public final class SigningRequests {

  private SigningRequests() {}

  /** Keys of an algorithm: {@code EC}, {@code RSA}, {@code Ed25519}. */
  public static KeyPair keys(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  /**
   * A request in base64 of PEM.
   *
   * @param names alternative names: {@code dns:X}, {@code email:X}, {@code uri:X}, {@code ip:X}
   */
  public static String request(
      KeyPair keys, String commonName, List<String> organizations, String... names)
      throws GeneralSecurityException {
    return base64("CERTIFICATE REQUEST", der(keys, keys, commonName, organizations, names));
  }

  /** A request that another key has signed. */
  public static String forged(KeyPair keys, KeyPair others, String commonName)
      throws GeneralSecurityException {
    return base64("CERTIFICATE REQUEST", der(keys, others, commonName, List.of()));
  }

  /** A request that says nothing but whose key it holds, in base64 of DER. */
  public static String stub(KeyPair keys, KeyPair signer) throws GeneralSecurityException {
    return Base64.getEncoder().encodeToString(der(keys, signer, "", List.of()));
  }

  /** Any bytes as base64 of PEM. */
  public static String base64(String label, byte[] content) {
    var pem =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(content), label);
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] der(
      KeyPair keys, KeyPair signer, String commonName, List<String> organizations, String... names)
      throws GeneralSecurityException {
    var subject = new ArrayList<byte[]>();
    for (var organization : organizations) {
      subject.add(Der.set(Der.sequence(Der.oid("2.5.4.10"), Der.utf8(organization))));
    }
    subject.add(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(commonName))));
    var attributes = names.length == 0 ? new byte[0] : attributes(names);
    var info =
        Der.sequence(
            Der.integer(java.math.BigInteger.ZERO),
            Der.sequence(subject.toArray(byte[][]::new)),
            keys.getPublic().getEncoded(),
            Der.explicit(0, attributes));
    var algorithm = signer.getPrivate().getAlgorithm();
    var name =
        switch (algorithm) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    var oid =
        switch (algorithm) {
          case "RSA" -> "1.2.840.113549.1.1.11";
          case "EC" -> "1.2.840.10045.4.3.2";
          default -> "1.3.101.112";
        };
    var signature = Signature.getInstance(name);
    signature.initSign(signer.getPrivate());
    signature.update(info);
    return Der.sequence(info, Der.sequence(Der.oid(oid)), Der.bits(0, signature.sign()));
  }

  private static byte[] attributes(String... names) {
    var encoded = new ArrayList<byte[]>();
    for (var name : names) {
      var text = name.substring(name.indexOf(':') + 1);
      var bytes = text.getBytes(StandardCharsets.US_ASCII);
      encoded.add(
          switch (name.substring(0, name.indexOf(':'))) {
            case "dns" -> Der.implicit(2, bytes);
            case "email" -> Der.implicit(1, bytes);
            case "uri" -> Der.implicit(6, bytes);
            default -> Der.implicit(7, InetAddress.ofLiteral(text).getAddress());
          });
    }
    var extension =
        Der.sequence(
            Der.oid("2.5.29.17"), Der.octets(Der.sequence(encoded.toArray(byte[][]::new))));
    return Der.sequence(Der.oid("1.2.840.113549.1.9.14"), Der.set(Der.sequence(extension)));
  }
}
