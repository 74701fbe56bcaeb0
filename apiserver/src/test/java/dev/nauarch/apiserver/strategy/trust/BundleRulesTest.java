package dev.nauarch.apiserver.strategy.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.certificates.CertificateAuthority;
import dev.nauarch.apiserver.certificates.CertificateRequest;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a bundle of certificates may hold, and how it may be named. */
class BundleRulesTest {

  private static final String WRONG = "spec.trustBundle: Invalid value: \"<value omitted>\": ";

  private static String authority = "";
  private static String other = "";
  private static String client = "";

  @BeforeAll
  static void makeCertificates() throws Exception {
    var credential = CertificateAuthority.create("one", Instant.EPOCH);
    authority = Pem.certificate(credential.certificate());
    other = Pem.certificate(CertificateAuthority.create("two", Instant.EPOCH).certificate());
    client =
        Pem.certificate(
            new CertificateAuthority(credential)
                .issue(CertificateRequest.client("ann", List.of()), Instant.EPOCH)
                .certificate());
  }

  private static List<String> problems(ObjectNode bundle) {
    var problems = new Problems();
    BundleRules.check(problems, Field.of(bundle));
    return problems.errors().stream().map(Object::toString).toList();
  }

  private static ObjectNode bundle(String name, String signer, String certificates) {
    var bundle = MemoryView.tree("{'metadata':{},'spec':{}}");
    bundle.withObject("metadata").put("name", name);
    bundle.withObject("spec").put("signerName", signer).put("trustBundle", certificates);
    return bundle;
  }

  @Test
  void severalAuthoritiesAreTrustedAndWhatStandsBetweenThemIsPassedOver() {
    assertEquals(
        List.of(), problems(bundle("b", "", "for tests:\n" + authority + "\n# two\n" + other)));
  }

  @Test
  void everythingElseIsRefused() {
    assertEquals(
        List.of(WRONG + "at least one trust anchor must be provided"),
        problems(bundle("b", "", "nothing")));
    assertEquals(
        List.of(WRONG + "duplicate trust anchor (indices [0 2])"),
        problems(bundle("b", "", authority + other + authority)));
    assertEquals(
        List.of(WRONG + "entry 1 does not have the CA bit set"),
        problems(bundle("b", "", authority + client)));
    var key = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    var broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    var headed = authority.replace("CERTIFICATE-----\nMII", "CERTIFICATE-----\na: b\n\nMII");
    assertEquals(
        List.of(
            WRONG + "entry 0 has bad block type: PUBLIC KEY",
            WRONG + "entry 1 does not parse as X.509",
            WRONG + "entry 2 has PEM block headers"),
        problems(bundle("b", "", key + broken + headed)));
    assertEquals(
        List.of("spec.trustBundle: Too long: may not be more than 1048576 bytes"),
        problems(bundle("b", "", "x".repeat((1 << 20) + 1))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.b:c:mine | a.b/c |
          a.b:mine | '' | metadata.name: Invalid value: "a.b:mine": ClusterTrustBundle without signer name must not have ":" in its name
          mine | a.b/c | metadata.name: Invalid value: "mine": ClusterTrustBundle for signerName a.b/c must be named with prefix a.b:c:
          c:mine | c | spec.signerName: Invalid value: "c": must be a fully qualified domain and path of the form 'example.com/signer-name'
          c:d:mine | c/d | spec.signerName: Invalid value: "c": should be a domain with at least two segments separated by dots
          """)
  void aBundleIsNamedAfterItsSigner(String name, String signer, String problem) {
    var expected = problem == null ? List.of() : List.of(problem);
    assertEquals(expected, problems(bundle(name, signer, authority)));
  }

  @Test
  void aBundleKeepsItsSignerAndIsOnlyReadWhereItChanges() {
    var old = bundle("b", "", "once good");
    var problems = new Problems();
    BundleRules.change(problems, Field.of(bundle("b", "", "once good")), Field.of(old));
    assertEquals(List.of(), problems.errors());
    BundleRules.change(problems, Field.of(bundle("b", "", "worse")), Field.of(old));
    assertEquals(1, problems.errors().size());
  }
}
