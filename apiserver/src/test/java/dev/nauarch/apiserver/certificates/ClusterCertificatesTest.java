package dev.nauarch.apiserver.certificates;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster's certificates hold up before the JDK's own validator and last across restarts. */
class ClusterCertificatesTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final ClusterCertificates.Options OPTIONS =
      new ClusterCertificates.Options("box", "10.96.0.1", List.of("192.0.2.7", "api.example"));

  @TempDir Path home;

  @Test
  void certificatesAreValidUnderTheAuthority() throws Exception {
    var certificates = open(OPTIONS, NOW);
    for (var credential :
        List.of(
            certificates.server(),
            certificates.admin(),
            certificates.node("n1"),
            certificates.nodeServer("n1", List.of("192.0.2.8", "n1")))) {
      validate(certificates.authority(), credential.certificate());
      assertKeyMatches(credential);
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotValid() throws Exception {
    var certificates = open(OPTIONS, NOW);
    var stranger = CertificateAuthority.create("nauarch-ca", NOW);
    assertThrows(
        GeneralSecurityException.class,
        () -> validate(stranger.certificate(), certificates.server().certificate()));
  }

  @Test
  void theServerAnswersToAllItsNames() throws Exception {
    var names =
        open(OPTIONS, NOW).server().certificate().getSubjectAlternativeNames().stream()
            .map(name -> name.get(1).toString())
            .toList();
    assertEquals(
        List.of(
            "localhost",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1",
            "box",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.96.0.1",
            "192.0.2.7",
            "api.example"),
        names);
  }

  @Test
  void clientCertificatesCarryUserAndGroups() throws Exception {
    var subject = open(OPTIONS, NOW).admin().certificate().getSubjectX500Principal().getName();
    assertEquals("CN=kubernetes-admin,O=system:masters", subject);
  }

  @Test
  void everythingIsKeptAcrossRestarts() throws Exception {
    var first = open(OPTIONS, NOW);
    var admin = first.admin();
    var second = open(OPTIONS, NOW.plus(Duration.ofDays(30)));
    assertEquals(first.authority(), second.authority());
    assertEquals(first.server().certificate(), second.server().certificate());
    assertEquals(admin.certificate(), second.admin().certificate());
    assertArrayEquals(
        first.serviceAccountKeys().getPrivate().getEncoded(),
        second.serviceAccountKeys().getPrivate().getEncoded());
  }

  @Test
  void aCertificateNearItsEndIsRenewed() throws Exception {
    var first = open(OPTIONS, NOW);
    var second = open(OPTIONS, NOW.plus(Duration.ofDays(306)));
    assertEquals(first.authority(), second.authority());
    assertNotEquals(first.server().certificate(), second.server().certificate());
    assertEquals(second.server().certificate(), open(OPTIONS, NOW).server().certificate());
  }

  @Test
  void aNewAddressMakesANewServerCertificate() throws Exception {
    var first = open(OPTIONS, NOW);
    var wider = new ClusterCertificates.Options("box", "10.97.0.1", List.of());
    assertNotEquals(first.server().certificate(), open(wider, NOW).server().certificate());
  }

  @Test
  void aLostAuthorityTakesItsCertificatesWithIt() throws Exception {
    var first = open(OPTIONS, NOW);
    Files.delete(home.resolve("pki/ca.crt"));
    var second = open(OPTIONS, NOW);
    assertNotEquals(first.authority(), second.authority());
    validate(second.authority(), second.server().certificate());
  }

  @Test
  void onlyTheOwnerMayReadTheFiles() throws Exception {
    open(OPTIONS, NOW).admin();
    var directory = home.resolve("pki");
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    try (var files = Files.list(directory)) {
      var found = files.toList();
      assertEquals(12, found.size(), found::toString);
      for (var file : found) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
  }

  @Test
  void aDamagedFileIsNamedAndNotReplaced() throws Exception {
    open(OPTIONS, NOW);
    Files.writeString(home.resolve("pki/ca.key"), "garbage");
    var error = assertThrows(IOException.class, () -> open(OPTIONS, NOW));
    assertTrue(error.toString().contains("pki"), error::toString);
    assertEquals("garbage", Files.readString(home.resolve("pki/ca.key")));
  }

  private ClusterCertificates open(ClusterCertificates.Options options, Instant now)
      throws IOException {
    return ClusterCertificates.open(home.resolve("pki"), options, InstantSource.fixed(now));
  }

  private static void validate(X509Certificate authority, X509Certificate leaf)
      throws GeneralSecurityException {
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(leaf.getNotBefore().toInstant().plusSeconds(600)));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
    var result = CertPathValidator.getInstance("PKIX").validate(path, parameters);
    assertTrue(result.toString().contains("Trust Anchor"));
  }

  private static void assertKeyMatches(Credential credential) throws GeneralSecurityException {
    var message = new byte[] {1, 2, 3};
    var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(credential.key());
    signer.update(message);
    var signature = signer.sign();
    signer.initVerify(credential.certificate());
    signer.update(message);
    assertTrue(signer.verify(signature));
  }
}
