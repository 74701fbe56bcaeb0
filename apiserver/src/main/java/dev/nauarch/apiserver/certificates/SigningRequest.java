package dev.nauarch.apiserver.certificates;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What somebody wants to have certified (PKCS #10, RFC 2986).
 *
 * @param commonName the subject's name
 * @param organizations the subject's organizations
 * @param names the alternative names
 * @param key whose certificate it shall be
 * @param encoded the parts as they were sent
 */
public record SigningRequest(
    String commonName, List<String> organizations, Names names, PublicKey key, Encoded encoded) {

  /** The label of its PEM block. */
  private static final String LABEL = "CERTIFICATE REQUEST";

  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final int ATTRIBUTES = 0xa0;
  private static final int INTEGER = 0x02;
  private static final int SET = 0x31;
  private static final int BIT_STRING = 0x03;

  /** The algorithms of signatures that are believed, by their object identifiers. */
  private static final Map<String, String> SIGNATURES =
      Map.of(
          "1.2.840.113549.1.1.11", "SHA256withRSA",
          "1.2.840.113549.1.1.12", "SHA384withRSA",
          "1.2.840.113549.1.1.13", "SHA512withRSA",
          "1.2.840.10045.4.3.2", "SHA256withECDSA",
          "1.2.840.10045.4.3.3", "SHA384withECDSA",
          "1.2.840.10045.4.3.4", "SHA512withECDSA",
          "1.3.101.112", "Ed25519");

  private static final Map<String, String> KEYS =
      Map.of("1.2.840.113549.1.1.1", "RSA", "1.2.840.10045.2.1", "EC", "1.3.101.112", "Ed25519");

  /** Alternative names of a subject. */
  public record Names(
      List<String> dns, List<String> emails, List<InetAddress> addresses, List<String> uris) {

    /** Copies the lists. */
    public Names {
      dns = List.copyOf(dns);
      emails = List.copyOf(emails);
      addresses = List.copyOf(addresses);
      uris = List.copyOf(uris);
    }
  }

  /**
   * Parts as they were sent.
   *
   * @param subject the subject's name
   * @param names the alternative names; empty for none
   */
  record Encoded(byte[] subject, byte[] names) {}

  /** Copies the list. */
  public SigningRequest {
    organizations = List.copyOf(organizations);
  }

  /**
   * Reads a request, and checks that who made it has the private key.
   *
   * @throws GeneralSecurityException when the text holds none, or one that its key did not sign
   */
  public static SigningRequest read(byte[] pem) throws GeneralSecurityException {
    var block = Pem.first(new String(pem, StandardCharsets.ISO_8859_1));
    if (block.isEmpty() || !block.get().label().equals(LABEL)) {
      throw new GeneralSecurityException("PEM block type must be CERTIFICATE REQUEST");
    }
    var parts = DerReader.only(block.get().content()).inside();
    var toBeSigned = parts.sequence();
    var algorithm = parts.sequence().inside().next().oid();
    var signature = parts.tagged(BIT_STRING).bits();
    var request = of(toBeSigned.inside());
    verify(request.key, algorithm, toBeSigned.whole(), signature);
    return request;
  }

  private static SigningRequest of(DerReader info) throws GeneralSecurityException {
    info.tagged(INTEGER);
    var subject = info.sequence();
    var key = key(info.sequence());
    var extension = info.hasNext() ? alternativeNames(info.tagged(ATTRIBUTES)) : new byte[0];
    var commonName = "";
    var organizations = new ArrayList<String>();
    for (var sets = subject.inside(); sets.hasNext(); ) {
      for (var pairs = sets.tagged(SET).inside(); pairs.hasNext(); ) {
        var pair = pairs.sequence().inside();
        var type = pair.next().oid();
        var value = pair.next();
        if (type.equals(COMMON_NAME)) {
          commonName = value.text();
        } else if (type.equals(ORGANIZATION)) {
          organizations.add(value.text());
        }
      }
    }
    return new SigningRequest(
        commonName, organizations, names(extension), key, new Encoded(subject.whole(), extension));
  }

  private static PublicKey key(DerReader.Value info) throws GeneralSecurityException {
    var algorithm = info.inside().sequence().inside().next().oid();
    var name = KEYS.get(algorithm);
    if (name == null) {
      throw new NoSuchAlgorithmException("x509: unknown public key algorithm");
    }
    return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(info.whole()));
  }

  /** The value of the extension that asks for alternative names; empty where none does. */
  private static byte[] alternativeNames(DerReader.Value attributes)
      throws GeneralSecurityException {
    for (var each = attributes.inside(); each.hasNext(); ) {
      var attribute = each.sequence().inside();
      if (!attribute.next().oid().equals(EXTENSION_REQUEST)) {
        continue;
      }
      for (var extensions = attribute.tagged(SET).inside().sequence().inside();
          extensions.hasNext(); ) {
        var extension = extensions.sequence().inside();
        var isNames = extension.next().oid().equals(ALTERNATIVE_NAMES);
        var value = extension.next();
        while (extension.hasNext()) {
          value = extension.next();
        }
        if (isNames) {
          return value.content();
        }
      }
    }
    return new byte[0];
  }

  private static Names names(byte[] extension) throws GeneralSecurityException {
    var dns = new ArrayList<String>();
    var emails = new ArrayList<String>();
    var addresses = new ArrayList<InetAddress>();
    var uris = new ArrayList<String>();
    if (extension.length > 0) {
      for (var each = DerReader.only(extension).inside(); each.hasNext(); ) {
        var name = each.next();
        var text = new String(name.content(), StandardCharsets.US_ASCII);
        switch (name.tag() & 0x1f) {
          case 1 -> emails.add(text);
          case 2 -> dns.add(text);
          case 6 -> uris.add(text);
          case 7 -> addresses.add(address(name.content()));
          default -> {
            // A kind of name that no signer here knows; no certificate will carry it.
          }
        }
      }
    }
    return new Names(dns, emails, addresses, uris);
  }

  private static InetAddress address(byte[] bytes) throws GeneralSecurityException {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new GeneralSecurityException(
          "x509: cannot parse IP address of length " + bytes.length, e);
    }
  }

  private static void verify(PublicKey key, String algorithm, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    var name = SIGNATURES.get(algorithm);
    if (name == null) {
      throw new NoSuchAlgorithmException("x509: cannot verify signature: algorithm unimplemented");
    }
    var check = Signature.getInstance(name);
    check.initVerify(key);
    check.update(signed);
    if (!check.verify(signature)) {
      throw new SignatureException(
          key.getAlgorithm().equals("EC")
              ? "x509: ECDSA verification failure"
              : "crypto/rsa: verification error");
    }
  }
}
