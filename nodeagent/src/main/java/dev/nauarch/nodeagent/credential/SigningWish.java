package dev.nauarch.nodeagent.credential;

import dev.nauarch.client.tls.Der;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate that the agent of a node wants.
 *
 * @param signer who shall sign it, for example {@code kubernetes.io/kubelet-serving}
 * @param nodeName the node's name; the subject is {@code system:node:NAME} in {@code system:nodes}
 * @param dnsNames the host names that it shall be good for
 * @param addresses the IP addresses that it shall be good for
 * @param purpose {@code client auth} or {@code server auth}
 */
public record SigningWish(
    String signer, String nodeName, List<String> dnsNames, List<String> addresses, String purpose) {
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  /** Copies the lists. */
  public SigningWish {
    dnsNames = List.copyOf(dnsNames);
    addresses = List.copyOf(addresses);
  }

  /** By which the agent proves who it is. */
  public static SigningWish client(String nodeName) {
    return new SigningWish(
        "kubernetes.io/kube-apiserver-client-kubelet",
        nodeName,
        List.of(),
        List.of(),
        "client auth");
  }

  /** With which the agent serves. */
  public static SigningWish serving(String nodeName, String address) {
    return new SigningWish(
        "kubernetes.io/kubelet-serving",
        nodeName,
        List.of(nodeName),
        List.of(address),
        "server auth");
  }

  /** What a key of an elliptic curve is used for in TLS. */
  List<String> usages() {
    return List.of("digital signature", purpose);
  }

  /** The request for these keys (PKCS #10), signed by their private one. */
  byte[] signed(KeyPair keys) throws GeneralSecurityException {
    var subject =
        Der.sequence(
            Der.set(Der.sequence(Der.oid(ORGANIZATION), Der.utf8("system:nodes"))),
            Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8("system:node:" + nodeName))));
    var content =
        Der.sequence(
            Der.integer(BigInteger.ZERO),
            subject,
            keys.getPublic().getEncoded(),
            Der.explicit(0, attributes()));
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(content);
    return Der.sequence(
        content, Der.sequence(Der.oid(ECDSA_WITH_SHA256)), Der.bits(0, signature.sign()));
  }

  private byte[] attributes() {
    var names = new ArrayList<byte[]>();
    for (var name : dnsNames) {
      names.add(Der.implicit(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)));
    }
    for (var address : addresses) {
      names.add(Der.implicit(IP_ADDRESS, InetAddress.ofLiteral(address).getAddress()));
    }
    if (names.isEmpty()) {
      return new byte[0];
    }
    var extension =
        Der.sequence(
            Der.oid(ALTERNATIVE_NAMES), Der.octets(Der.sequence(names.toArray(byte[][]::new))));
    return Der.sequence(Der.oid(EXTENSION_REQUEST), Der.set(Der.sequence(extension)));
  }
}
