package dev.nauarch.apiserver.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.SecureCluster.Answer;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.certificates.SigningRequests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CertificateSigningRequests: who may ask, approve and sign, and what may change. */
class CertificateSigningTest extends SigningSuite {

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void anApprovedRequestBecomesACertificateThatLogsIn(String algorithm) throws Exception {
    var keys = SigningRequests.keys(algorithm);
    var jane = cluster.user("jane", "readers");
    bind("asking", "requester", "jane");
    cluster
        .admin()
        .create(
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "{'metadata':{'name':'requester'},'rules':[{'apiGroups':['certificates.k8s.io'],"
                + "'resources':['certificatesigningrequests'],'verbs':['create','get']}]}");
    jane.await(REQUESTS + "/no", answer -> answer.code() == 404);
    var spec =
        "{'metadata':{'name':'jane'},'spec':{'request':'%s','signerName':'%s','usages':%s,"
            + "'expirationSeconds':3600,'username':'root','groups':['system:masters']}}";
    var request = SigningRequests.request(keys, "jane", List.of("readers", "writers"));
    var made = jane.create(REQUESTS, spec.formatted(request, CLIENT, CLIENT_USAGES));
    assertEquals("jane", made.path("spec").path("username").asString());
    assertEquals(
        "[\"readers\",\"system:authenticated\"]", made.path("spec").path("groups").toString());
    assertTrue(made.path("status").isEmpty(), made.toString());
    assertEquals(403, approve(jane, "jane").code());

    assertEquals(200, approve(cluster.admin(), "jane").code());
    var certificate = awaitCertificate("jane");
    assertEquals("CN=jane,O=writers,O=readers", certificate.getSubjectX500Principal().getName());
    assertEquals(Set.of("2.5.29.37", "2.5.29.35"), certificate.getNonCriticalExtensionOIDs());
    var lifetime =
        Duration.between(
            certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    assertEquals(Duration.ofMinutes(65), lifetime);
    var review =
        cluster
            .by(List.of(certificate), keys.getPrivate())
            .create("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
    var user = review.path("status").path("userInfo");
    assertEquals("jane", user.path("username").asString());
    assertTrue(user.path("groups").toString().contains("writers"), user.toString());
  }

  @Test
  void requestsAreShownAndSelected() throws Exception {
    ask("a", CLIENT, "u", List.of(), CLIENT_USAGES);
    ask("b", "example.com/mine", "u", List.of(), CLIENT_USAGES);
    assertEquals(List.of("b"), names("?fieldSelector=spec.signerName=example.com/mine"));
    assertEquals(400, cluster.admin().get(REQUESTS + "?fieldSelector=spec.username=u").code());
    var table =
        cluster
            .admin()
            .with("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .get(REQUESTS + "?fieldSelector=metadata.name=a")
            .body();
    var columns = new ArrayList<String>();
    table.path("columnDefinitions").forEach(column -> columns.add(column.path("name").asString()));
    assertEquals(
        List.of("Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"),
        columns);
    var cells = table.path("rows").get(0).path("cells");
    assertEquals(CLIENT, cells.get(2).asString());
    assertEquals("kubernetes-admin", cells.get(3).asString());
    assertEquals("<none>", cells.get(4).asString());
    assertEquals("Pending", cells.get(5).asString());
  }

  @Test
  void whatCantBeARequestIsRefused() throws Exception {
    var keys = SigningRequests.keys("EC");
    var good = SigningRequests.request(keys, "u", List.of());
    refused("PEM block type must be CERTIFICATE REQUEST", "", CLIENT, CLIENT_USAGES);
    refused(
        "PEM block type must be CERTIFICATE REQUEST",
        SigningRequests.base64("CERTIFICATE", new byte[] {1}),
        CLIENT,
        CLIENT_USAGES);
    for (var damaged : List.of(new byte[] {0x30}, new byte[] {0x30, 3, 2, 1}, new byte[0])) {
      refused(
          "asn1: ", SigningRequests.base64("CERTIFICATE REQUEST", damaged), CLIENT, CLIENT_USAGES);
    }
    refused(
        "x509: ECDSA verification failure",
        SigningRequests.forged(keys, SigningRequests.keys("EC"), "u"),
        CLIENT,
        CLIENT_USAGES);
    refused("spec.usages: Required value", good, CLIENT, "[]");
    refused("spec.usages[0]: Unsupported value: \"fly\"", good, CLIENT, "['fly']");
    refused("spec.usages[1]: Duplicate value: \"any\"", good, CLIENT, "['any','any']");
    refused("spec.signerName: Required value", good, "", CLIENT_USAGES);
    refused(
        "the legacy signerName is not allowed", good, "kubernetes.io/legacy-unknown", "['any']");
    refused("must be a fully qualified domain and path", good, "plain", CLIENT_USAGES);
    refused("should be a domain with at least two segments", good, "a/b", CLIENT_USAGES);
    refused("validating label \"A\"", good, "A.b/c", CLIENT_USAGES);
    refused("validating label \"_\"", good, "a.b/_", CLIENT_USAGES);
    var short1 =
        "{'metadata':{'name':'x'},'spec':{'request':'%s','signerName':'a.b/c','usages':['any'],"
            + "'expirationSeconds':599}}";
    var answer = cluster.admin().send("POST", REQUESTS, short1.formatted(good));
    assertEquals(422, answer.code());
    assertTrue(answer.message().contains("600 seconds (10 minutes)"), answer.message());
  }

  @Test
  void nobodyBecomesAMaster() throws Exception {
    var request =
        SigningRequests.request(SigningRequests.keys("EC"), "u", List.of("system:masters"));
    var answer =
        cluster.admin().send("POST", REQUESTS, object("x", CLIENT, request, CLIENT_USAGES));
    assertEquals(403, answer.code(), answer.text());
    assertTrue(
        answer
            .message()
            .endsWith("use of " + CLIENT + " signer with system:masters group is not allowed"),
        answer.message());
  }

  @Test
  void aRequestChangesThroughItsSubresourcesOnly() throws Exception {
    ask("r", "example.com/mine", "u", List.of(), CLIENT_USAGES);
    var path = REQUESTS + "/r";
    var changed = patch(path, "{'spec':{'usages':['any']},'status':{'certificate':'eA=='}}");
    assertEquals(200, changed.code());
    assertEquals("digital signature", changed.body().path("spec").path("usages").get(0).asString());
    assertFalse(changed.body().path("status").has("certificate"));

    var both = conditions("Approved:True", "Denied:True");
    assertMessage(
        "Approved and Denied conditions are mutually exclusive", 422, path + "/approval", both);
    assertMessage(
        "supported values: \"True\"", 422, path + "/approval", conditions("Denied:False"));
    assertMessage(
        "updates may not add a condition of type \"Approved\"",
        422,
        path + "/status",
        conditions("Approved:True"));
    assertEquals(200, patch(path + "/approval", conditions("Denied:True")).code());
    assertMessage(
        "updates may not remove a condition of type \"Denied\"",
        422,
        path + "/approval",
        "{'status':{'conditions':null}}");
    assertMessage(
        "must contain at least one CERTIFICATE PEM block",
        422,
        path + "/status",
        "{'status':{'certificate':'eA=='}}");
    var certificate = base64(cluster.certificates().authorityPem());
    assertEquals(
        200, patch(path + "/status", "{'status':{'certificate':'" + certificate + "'}}").code());
    var other = base64(Pem.certificate(cluster.certificates().server().certificate()));
    assertMessage(
        "updates may not modify existing certificate content",
        422,
        path + "/status",
        "{'status':{'certificate':'" + other + "'}}");
    var kept = cluster.admin().get(path).body().path("status").path("conditions").get(0);
    assertFalse(kept.path("lastUpdateTime").asString("").isEmpty());
    assertFalse(kept.path("lastTransitionTime").asString("").isEmpty());
  }

  @Test
  void approvingAndSigningAreRightsOnSigners() throws Exception {
    ask("r", "example.com/mine", "u", List.of(), CLIENT_USAGES);
    var eve = cluster.user("eve");
    role(
        "requests",
        "'certificatesigningrequests/approval','certificatesigningrequests/status'",
        "'patch'",
        "");
    role("signers", "'signers'", "'approve','sign'", "'example.com/*'");
    bind("b1", "requests", "eve");
    var path = REQUESTS + "/r";
    var approval = eve.send("PATCH", path + "/approval", conditions("Approved:True"));
    assertEquals(403, approval.code());
    assertTrue(
        approval
            .message()
            .endsWith(
                "user not permitted to approve requests with signerName \"example.com/mine\""),
        approval.message());
    var certificate =
        "{'status':{'certificate':'" + base64(cluster.certificates().authorityPem()) + "'}}";
    var signing = eve.send("PATCH", path + "/status", certificate);
    assertTrue(
        signing
            .message()
            .endsWith("user not permitted to sign requests with signerName \"example.com/mine\""),
        signing.message());
    bind("b2", "signers", "eve");
    assertEquals(200, eve.send("PATCH", path + "/approval", conditions("Approved:True")).code());
    assertEquals(200, eve.send("PATCH", path + "/status", certificate).code());
  }

  private void refused(String why, String request, String signer, String usages) throws Exception {
    var answer = cluster.admin().send("POST", REQUESTS, object("x", signer, request, usages));
    assertEquals(422, answer.code(), answer.text());
    assertTrue(answer.message().contains(why), answer.message());
  }

  private void assertMessage(String part, int code, String path, String json) throws Exception {
    var answer = patch(path, json);
    assertEquals(code, answer.code(), answer.text());
    assertTrue(answer.message().contains(part), answer.message());
  }

  private Answer patch(String path, String json) throws Exception {
    return cluster.admin().send("PATCH", path, json);
  }

  private List<String> names(String query) throws Exception {
    var names = new ArrayList<String>();
    cluster
        .admin()
        .get(REQUESTS + query)
        .body()
        .path("items")
        .forEach(item -> names.add(item.path("metadata").path("name").asString()));
    return names;
  }

  private void role(String name, String resources, String verbs, String names) throws Exception {
    cluster
        .admin()
        .create(
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "{'metadata':{'name':'"
                + name
                + "'},'rules':[{'apiGroups':['certificates.k8s.io'],'resources':["
                + resources
                + "],'verbs':["
                + verbs
                + "],'resourceNames':["
                + names
                + "]}]}");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
