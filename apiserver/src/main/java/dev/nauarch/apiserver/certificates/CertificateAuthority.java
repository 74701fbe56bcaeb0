package dev.nauarch.apiserver.certificates;

import dev.nauarch.apiserver.certificates.CertificateRequest.Usage;
import dev.nauarch.client.tls.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Signs certificates with one key of the curve P-256. May be called from any thread. */
public final class CertificateAuthority {

  /** How long a certificate of the authority itself lasts. */
  static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);

  /** How long a server's or client's certificate lasts. */
  static final Duration LEAF_LIFETIME = Duration.ofDays(365);

  // Clocks of machines differ a little: a certificate is good from a moment before it was made.
  private static final Duration BACKDATED = Duration.ofMinutes(5);

  // Five minutes are about a hundredth of eight hours; below that they would be missed at the end.
  private static final Duration SHORT = Duration.ofHours(8);
  private static final int SERIAL_BITS = 127;

  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final byte DIGITAL_SIGNATURE = (byte) 0x80;
  private static final byte CERT_AND_CRL_SIGN = 0x06;
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final Credential authority;
  private final SecureRandom random = new SecureRandom();

  /** An authority that signs with this credential. */
  public CertificateAuthority(Credential authority) {
    this.authority = authority;
  }

  /** Makes the credential of a new authority. */
  public static Credential create(String commonName, Instant now) throws GeneralSecurityException {
    var keys = newKeys();
    var subject = name(commonName, List.of());
    var form =
        new Form(
            new BigInteger(SERIAL_BITS, new SecureRandom()),
            subject,
            subject,
            now.minus(BACKDATED),
            now.plus(AUTHORITY_LIFETIME));
    var extensions = new ArrayList<byte[]>();
    extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.truth())));
    extensions.add(extension(KEY_USAGE, true, Der.bits(1, CERT_AND_CRL_SIGN)));
    extensions.add(
        extension(SUBJECT_KEY_IDENTIFIER, false, Der.octets(keyIdentifier(keys.getPublic()))));
    var certificate = sign(form, keys.getPublic(), extensions, keys.getPrivate());
    return new Credential(certificate, keys.getPrivate());
  }

  /** A new key pair of the curve P-256. */
  static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** The authority's own certificate, which others trust. */
  public X509Certificate certificate() {
    return authority.certificate();
  }

  /**
   * Makes a key and a certificate for it.
   *
   * @throws IllegalArgumentException when an authority is asked for
   */
  public Credential issue(CertificateRequest request, Instant now) throws GeneralSecurityException {
    if (request.usage() == Usage.AUTHORITY) {
      throw new IllegalArgumentException("an authority does not sign another: " + request);
    }
    var keys = newKeys();
    var form =
        new Form(
            new BigInteger(SERIAL_BITS, random),
            authority.certificate().getSubjectX500Principal().getEncoded(),
            name(request.commonName(), request.organizations()),
            now.minus(BACKDATED),
            now.plus(LEAF_LIFETIME));
    var certificate = sign(form, keys.getPublic(), leafExtensions(request, keys), authority.key());
    return new Credential(certificate, keys.getPrivate());
  }

  /**
   * Certifies the subject and the alternative names of a request as they stand there.
   *
   * @param usages what the certificate may be used for, by the names of {@link KeyUsages}
   * @param lifetime how long it is wanted for; it ends with the authority at the latest
   * @throws GeneralSecurityException when the authority itself has ended
   */
  public X509Certificate sign(
      SigningRequest request, Collection<String> usages, Duration lifetime, Instant now)
      throws GeneralSecurityException {
    var authorityEnd = authority.certificate().getNotAfter().toInstant();
    if (!now.isBefore(authorityEnd)) {
      throw new GeneralSecurityException(
          "refusing to sign a certificate that expired in the past: NotAfter=" + authorityEnd);
    }
    // What lives long may lose the moment that it was good before it was made.
    var end = now.plus(lifetime.compareTo(SHORT) < 0 ? lifetime : lifetime.minus(BACKDATED));
    var form =
        new Form(
            new BigInteger(SERIAL_BITS, random),
            authority.certificate().getSubjectX500Principal().getEncoded(),
            request.encoded().subject(),
            now.minus(BACKDATED),
            end.isBefore(authorityEnd) ? end : authorityEnd);
    var extensions = new ArrayList<byte[]>();
    KeyUsages.bits(usages).ifPresent(bits -> extensions.add(extension(KEY_USAGE, true, bits)));
    KeyUsages.purposes(usages)
        .ifPresent(oids -> extensions.add(extension(EXTENDED_KEY_USAGE, false, oids)));
    extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
    extensions.add(issuerKey());
    if (request.encoded().names().length > 0) {
      var isOnlyName = request.commonName().isEmpty() && request.organizations().isEmpty();
      extensions.add(extension(SUBJECT_ALTERNATIVE_NAME, isOnlyName, request.encoded().names()));
    }
    return sign(form, request.key(), extensions, authority.key());
  }

  private byte[] issuerKey() throws GeneralSecurityException {
    var identifier = keyIdentifier(authority.certificate().getPublicKey());
    return extension(AUTHORITY_KEY_IDENTIFIER, false, Der.sequence(Der.implicit(0, identifier)));
  }

  private List<byte[]> leafExtensions(CertificateRequest request, KeyPair keys)
      throws GeneralSecurityException {
    var purpose = request.usage() == Usage.SERVER ? SERVER_AUTH : CLIENT_AUTH;
    var extensions = new ArrayList<byte[]>();
    extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
    extensions.add(extension(KEY_USAGE, true, Der.bits(7, DIGITAL_SIGNATURE)));
    extensions.add(extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(purpose))));
    extensions.add(
        extension(SUBJECT_KEY_IDENTIFIER, false, Der.octets(keyIdentifier(keys.getPublic()))));
    extensions.add(issuerKey());
    if (!request.addresses().isEmpty()) {
      var names = request.addresses().stream().map(CertificateAuthority::address);
      extensions.add(
          extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names.toArray(byte[][]::new))));
    }
    return extensions;
  }

  private static X509Certificate sign(
      Form form, PublicKey subjectKey, List<byte[]> extensions, PrivateKey signer)
      throws GeneralSecurityException {
    var algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
    var version3 = Der.explicit(0, Der.integer(BigInteger.TWO));
    var toBeSigned =
        Der.sequence(
            version3,
            Der.integer(form.serial),
            algorithm,
            form.issuer,
            Der.sequence(Der.time(form.notBefore), Der.time(form.notAfter)),
            form.subject,
            subjectKey.getEncoded(),
            Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signer);
    signature.update(toBeSigned);
    var whole = Der.sequence(toBeSigned, algorithm, Der.bits(0, signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] name(String commonName, List<String> organizations) {
    var parts = new ArrayList<byte[]>();
    for (var organization : organizations) {
      parts.add(Der.set(Der.sequence(Der.oid(ORGANIZATION), Der.utf8(organization))));
    }
    parts.add(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName))));
    return Der.sequence(parts.toArray(byte[][]::new));
  }

  private static byte[] address(String address) {
    return isIpLiteral(address)
        ? Der.implicit(IP_ADDRESS, InetAddress.ofLiteral(address).getAddress())
        : Der.implicit(DNS_NAME, address.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isIpLiteral(String address) {
    return address.indexOf(':') >= 0
        || address.chars().allMatch(c -> c == '.' || Character.isDigit(c));
  }

  private static byte[] extension(String oid, boolean isCritical, byte[] value) {
    return isCritical
        ? Der.sequence(Der.oid(oid), Der.truth(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  /** RFC 7093, method 1: the first 160 bits of the key's SHA-256. */
  private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
    return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
  }

  private record Form(
      BigInteger serial, byte[] issuer, byte[] subject, Instant notBefore, Instant notAfter) {}
}
