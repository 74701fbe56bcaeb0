package dev.nauarch.apiserver.authentication;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.port.AdmissionRequest.Target;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.Credentials;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Senders are known by certificate or token, and no longer than either is good. */
class ClusterAuthenticatorTest {

  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  @TempDir Path home;

  private Instant now = START;
  private final MemoryView view = new MemoryView();
  private ClusterCertificates certificates;
  private ServiceAccountTokens tokens;
  private ClusterAuthenticator authenticator;

  @BeforeEach
  void open() throws Exception {
    certificates =
        ClusterCertificates.open(
            home, new ClusterCertificates.Options("h", "10.96.0.1", List.of()), () -> now);
    tokens =
        new ServiceAccountTokens(
            AccountKeys.of(certificates.serviceAccountKeys()), view, () -> now);
    authenticator = new ClusterAuthenticator(certificates.authority(), tokens, () -> now);
    view.put("", "serviceaccounts", object("a", "robot", "u-1", "{}"));
    view.put("", "nodes", object("", "n1", "u-n", "{}"));
    view.put(
        "", "pods", object("a", "web", "u-p", "{'serviceAccountName':'robot','nodeName':'n1'}"));
  }

  @Test
  void aCertificateNamesUserAndGroups() throws Exception {
    var shown = new Credentials(List.of(certificates.node("n1").certificate()), "");
    var user = known(authenticator.authenticate(shown));
    assertEquals("system:node:n1", user.name());
    assertEquals(List.of("system:nodes", User.AUTHENTICATED), user.groups());
    now = START.plus(Duration.ofDays(366));
    assertInstanceOf(Authentication.Rejected.class, authenticator.authenticate(shown));
  }

  @Test
  void aRequestThatShowsNothingIsNobodys() {
    assertInstanceOf(
        Authentication.None.class, authenticator.authenticate(new Credentials(List.of(), "")));
  }

  @Test
  void aTokenNamesItsAccount() {
    var user = known(authenticate(request("{}")));
    assertEquals("system:serviceaccount:a:robot", user.name());
    assertEquals("u-1", user.uid());
    assertEquals(
        List.of("system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"),
        user.groups());
  }

  @Test
  void aTokenEndsWithItsTime() {
    var token = request("{'expirationSeconds':600}");
    known(authenticate(token));
    now = START.plusSeconds(661);
    assertInstanceOf(Authentication.Rejected.class, authenticate(token));
  }

  @Test
  void aTokenEndsWithItsAccount() {
    var token = request("{}");
    known(authenticate(token));
    view.put("", "serviceaccounts", object("a", "robot", "u-2", "{}"));
    assertInstanceOf(Authentication.Rejected.class, authenticate(token));
  }

  @Test
  void aTokenEndsWithThePodThatItIsBoundTo() {
    var token = request("{'boundObjectRef':{'kind':'Pod','name':'web','uid':'u-p'}}");
    var extra = known(authenticate(token)).extra();
    assertEquals(List.of("web"), extra.get("authentication.kubernetes.io/pod-name"));
    assertEquals(List.of("n1"), extra.get("authentication.kubernetes.io/node-name"));
    view.remove("", "pods", "a", "web");
    assertInstanceOf(Authentication.Rejected.class, authenticate(token));
  }

  @Test
  void aTokenForSomebodyElseIsNotForUs() {
    var token = request("{'audiences':['vault']}");
    assertInstanceOf(Authentication.Rejected.class, authenticate(token));
    assertInstanceOf(
        TokenAuthenticator.Found.Bearer.class, tokens.find(token, List.of("vault", "other")));
  }

  @Test
  void aChangedTokenIsRefused() {
    var parts = request("{}").split("\\.", -1);
    var payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    var forged = payload.replace("robot", "admin");
    assertFalse(forged.equals(payload));
    var encoder = Base64.getUrlEncoder().withoutPadding();
    for (var token :
        List.of(
            parts[0]
                + "."
                + encoder.encodeToString(forged.getBytes(StandardCharsets.UTF_8))
                + "."
                + parts[2],
            encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + parts[1]
                + ".",
            "a.b.c",
            "....",
            "opaque")) {
      assertInstanceOf(Authentication.Rejected.class, authenticate(token), token);
    }
  }

  @Test
  void aBadRequestForATokenIsRefused() {
    for (var bad :
        Map.of(
                "{'expirationSeconds':60}", "may not specify a duration less than 10 minutes",
                "{'boundObjectRef':{'kind':'Pod','name':'gone'}}", "pods \"gone\" not found",
                "{'boundObjectRef':{'kind':'Pod','name':'web','uid':'x'}}",
                    "does not match the UID",
                "{'boundObjectRef':{'kind':'Job','name':'web'}}", "type /, Kind=Job")
            .entrySet()) {
      var error = assertThrows(ApiException.class, () -> request(bad.getKey()));
      assertTrue(error.toString().contains(bad.getValue()), error::toString);
    }
  }

  @Test
  void aReviewSaysWhoseATokenIs() {
    var answer =
        new TokenReview(tokens).post(call(tree("{'spec':{'token':'" + request("{}") + "'}}")));
    assertTrue(answer.path("status").path("authenticated").asBoolean());
    assertEquals(
        "system:serviceaccount:a:robot",
        answer.path("status").path("user").path("username").asString());
    var bad = new TokenReview(tokens).post(call(tree("{'spec':{'token':'x'}}")));
    assertFalse(bad.path("status").has("authenticated"));
    assertTrue(bad.path("status").has("error"));
  }

  private String request(String spec) {
    var answer =
        new TokenRequest(tokens, view, () -> now).post(call(tree("{'spec':" + spec + "}")));
    return answer.path("status").path("token").asString();
  }

  private ResourceAction.Call call(ObjectNode body) {
    return new ResourceAction.Call(
        User.ANONYMOUS,
        TestKinds.kind("v1", "ServiceAccount", "serviceaccounts", true),
        "token",
        new Target("a", "robot"),
        view.find("", "serviceaccounts", "a", "robot").map(account -> () -> account),
        body,
        new ResourceAction.Mode(false, _ -> {}));
  }

  private Authentication authenticate(String token) {
    return authenticator.authenticate(new Credentials(List.of(), token));
  }

  private static User known(Authentication authentication) {
    return assertInstanceOf(Authentication.Known.class, authentication).user();
  }

  private static ObjectNode object(String namespace, String name, String uid, String spec) {
    return tree(
        "{'metadata':{'name':'"
            + name
            + "','namespace':'"
            + namespace
            + "','uid':'"
            + uid
            + "'},'spec':"
            + spec
            + "}");
  }
}
