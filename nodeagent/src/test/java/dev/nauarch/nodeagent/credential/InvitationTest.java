package dev.nauarch.nodeagent.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class InvitationTest {

  private static final BootstrapToken TOKEN = BootstrapToken.parse("abcdef.0123456789abcdef");
  private static final String HEAD = "{\"alg\":\"HS256\",\"kid\":\"abcdef\"}";

  private static String encoded(byte[] content) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(content);
  }

  private static ObjectNode map(String content, String signed, String head) throws Exception {
    var begin = encoded(head.getBytes(StandardCharsets.UTF_8));
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TOKEN.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    var text = begin + "." + encoded(signed.getBytes(StandardCharsets.UTF_8));
    var signature = encoded(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    var map = ModelCodec.emptyTree();
    map.putObject("data")
        .put("kubeconfig", content)
        .put("jws-kubeconfig-abcdef", begin + ".." + signature);
    return map;
  }

  private static String kubeconfig(String authority) {
    var data = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
    return "{clusters: [{name: '', cluster: {certificate-authority-data: " + data + "}}]}";
  }

  @Test
  void whatTheTokenHasSignedIsGenuine() throws Exception {
    var content = kubeconfig(AUTHORITY);
    var verdict = Invitation.verify(map(content, content, HEAD), TOKEN, List.of());
    assertEquals(new Invitation.Verdict.Genuine(AUTHORITY), verdict);
    // What openssl makes of the key: x509 -pubkey, pkey -pubin -outform der, sha256sum.
    var hashes = List.of(HASH);
    assertEquals(verdict, Invitation.verify(map(content, content, HEAD), TOKEN, hashes));
    var others = List.of("sha256:" + "0".repeat(64));
    refuses(map(content, content, HEAD), others, HASH);
  }

  @Test
  void whatItHasNotSignedIsNot() throws Exception {
    var content = kubeconfig(AUTHORITY);
    refuses(map(content, content + " ", HEAD), List.of(), "not signed by this token");
    refuses(map(content, content, HEAD.replace("HS256", "none")), List.of(), "not signed");
    refuses(map(content, content, HEAD.replace("abcdef", "ghijkl")), List.of(), "not signed");
    var bad = map(content, content, HEAD);
    ((ObjectNode) bad.path("data")).put("jws-kubeconfig-abcdef", "a.b.c");
    refuses(bad, List.of(), "not signed");
    refuses(map("{}", "{}", HEAD), List.of(), "names no authority");
    refuses(map(kubeconfig("?"), kubeconfig("?"), HEAD), List.of(), "authority");
  }

  private static void refuses(ObjectNode map, List<String> hashes, String why) {
    var verdict = Invitation.verify(map, TOKEN, hashes);
    var refused = assertInstanceOf(Invitation.Verdict.Refused.class, verdict);
    assertTrue(refused.why().contains(why), refused::why);
  }

  @Test
  void aTokenThatHasSignedNothingMayDoSoYet() {
    assertInstanceOf(
        Invitation.Verdict.Unsigned.class,
        Invitation.verify(ModelCodec.emptyTree(), TOKEN, List.of()));
  }

  @Test
  void tokensAndHashesHaveTheirForms() {
    assertThrows(IllegalArgumentException.class, () -> BootstrapToken.parse("abcdef"));
    assertThrows(
        IllegalArgumentException.class, () -> BootstrapToken.parse("ABCDEF." + "0".repeat(16)));
    assertThrows(IllegalArgumentException.class, () -> Invitation.hash("sha256:12"));
    assertThrows(IllegalArgumentException.class, () -> Invitation.hash("md5:" + "0".repeat(64)));
    assertEquals(HASH, Invitation.hash(HASH.toUpperCase(java.util.Locale.ROOT)));
    assertEquals("abcdef.(hidden)", TOKEN.toString());
  }

  private static final String HASH =
      "sha256:3d2b30fd1a23fda3454bc4eedba1254806e64c286a54e847f25f40f9fc848dfa";

  static final String AUTHORITY =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfDCCASGgAwIBAgIUSySjmGUSjN4qqlAX5mJi1xdngZUwCgYIKoZIzj0EAwIw
      EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjMwNDQ3MzdaGA8yMTI2MTAzMDA0
      NDczN1owEjEQMA4GA1UEAwwHdGVzdC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
      A0IABOE6lOPcXC/F0fLg4LHF9dNIqZU5HgCWSrQGqCtikNrxRS/u87nj0yQ/tMeD
      GeHOBCYmkwjIioDOJMiOD+ee4najUzBRMB0GA1UdDgQWBBQb5hT1Q/KyP1ui8W4W
      JJ4+CT+WujAfBgNVHSMEGDAWgBQb5hT1Q/KyP1ui8W4WJJ4+CT+WujAPBgNVHRMB
      Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQD9AgiyRdjc9NKGRqIw5J7FGFN4
      Z/ccfmgJR4I1eNQHKAIhAIA34Y4vtvDzUsyT6TAhEJpGmCzyLDzTyi+JTJuh2/kN
      -----END CERTIFICATE-----
      """;
}
