package dev.nauarch.apiserver.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.certificates.SigningRequests;
import dev.nauarch.apiserver.port.MemoryView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which requests the signers of Kubernetes sign, and what becomes of the others. */
class SignersTest extends SigningSuite {

  @Test
  void anAgentRenewsItsOwnCertificateUnasked() throws Exception {
    var keys = SigningRequests.keys("EC");
    var request = SigningRequests.request(keys, "system:node:n1", List.of("system:nodes"));
    var agent = cluster.user("system:node:n1", "system:nodes");
    agent.create(REQUESTS, object("n1", NODE_CLIENT, request, CLIENT_USAGES));
    var certificate = awaitCertificate("n1");
    var condition =
        cluster.admin().get(REQUESTS + "/n1").body().path("status").path("conditions").get(0);
    assertEquals("AutoApproved", condition.path("reason").asString());
    var renewed = cluster.by(List.of(certificate), keys.getPrivate());
    assertEquals(404, renewed.get("/api/v1/nodes/n1").code());
    assertEquals(403, renewed.get("/api/v1/nodes/n2").code());
  }

  @Test
  void anAgentAsksForItsOwnNameOnly() throws Exception {
    var agent = cluster.user("system:node:n1", "system:nodes");
    for (var signer : List.of(NODE_CLIENT, NODE_SERVER)) {
      var request =
          SigningRequests.request(
              SigningRequests.keys("EC"), "system:node:n2", List.of("system:nodes"), "dns:n2");
      var refused = agent.send("POST", REQUESTS, object("n2", signer, request, CLIENT_USAGES));
      assertEquals(403, refused.code(), refused.text());
      assertTrue(
          refused.message().endsWith("can only create a node CSR with CN=system:node:n1"),
          refused.message());
    }
  }

  @Test
  void anApprovedRequestThatItsSignerDoesNotSignFails() throws Exception {
    fails(
        "subject organization is not system:nodes",
        NODE_CLIENT,
        "system:node:n",
        List.of(),
        CLIENT_USAGES);
    fails(
        "subject common name does not begin with system:node:",
        NODE_CLIENT,
        "n",
        List.of("system:nodes"),
        CLIENT_USAGES);
    fails(
        "DNS subjectAltNames are not allowed",
        NODE_CLIENT,
        "system:node:n",
        List.of("system:nodes"),
        CLIENT_USAGES,
        "dns:n");
    fails(
        "IP subjectAltNames are not allowed",
        NODE_CLIENT,
        "system:node:n",
        List.of("system:nodes"),
        CLIENT_USAGES,
        "ip:10.0.0.1");
    fails(
        "Email subjectAltNames are not allowed",
        NODE_CLIENT,
        "system:node:n",
        List.of("system:nodes"),
        CLIENT_USAGES,
        "email:a@b");
    fails(
        "URI subjectAltNames are not allowed",
        NODE_CLIENT,
        "system:node:n",
        List.of("system:nodes"),
        CLIENT_USAGES,
        "uri:a://b");
  }

  @Test
  void anApprovedRequestForTheWrongUsesFails() throws Exception {
    fails(
        "usages did not match [client auth digital signature key encipherment]",
        NODE_CLIENT,
        "system:node:n",
        List.of("system:nodes"),
        "['client auth']");
    fails(
        "DNS or IP subjectAltName is required",
        NODE_SERVER,
        "system:node:n",
        List.of("system:nodes"),
        "['digital signature','server auth']");
    fails(
        "usages did not match [digital signature key encipherment server auth]",
        NODE_SERVER,
        "system:node:n",
        List.of("system:nodes"),
        CLIENT_USAGES,
        "dns:n");
    fails(
        "invalid usage for client certificate: server auth",
        CLIENT,
        "u",
        List.of(),
        "['server auth']");
    fails(
        "missing required usage for client certificate: client auth",
        CLIENT,
        "u",
        List.of(),
        "['digital signature']");
  }

  @Test
  void aServingCertificateCarriesItsNames() throws Exception {
    ask(
        "s",
        NODE_SERVER,
        "system:node:n",
        List.of("system:nodes"),
        "['digital signature','key encipherment','server auth']",
        "dns:n",
        "ip:10.0.0.1");
    assertTrue(new Request(cluster.admin().get(REQUESTS + "/s").body()).conditions().isEmpty());
    approve(cluster.admin(), "s");
    var certificate = awaitCertificate("s");
    assertEquals("[[2, n], [7, 10.0.0.1]]", certificate.getSubjectAlternativeNames().toString());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
    assertEquals(-1, certificate.getBasicConstraints());
  }

  @Test
  void requestsOfOthersSignersAreLeftAlone() throws Exception {
    ask("o", "example.com/mine", "u", List.of(), CLIENT_USAGES);
    approve(cluster.admin(), "o");
    ask("c", CLIENT, "u", List.of(), CLIENT_USAGES);
    approve(cluster.admin(), "c");
    awaitCertificate("c");
    assertEquals("", new Request(cluster.admin().get(REQUESTS + "/o").body()).certificate());
  }

  @Test
  void oldRequestsAreRemoved() {
    var now = Instant.now();
    var chore =
        new RequestChore(
            cluster.certificates().signer(),
            (user, wanted) -> {
              throw new AssertionError();
            },
            new MemoryView());
    var old = now.minus(Duration.ofMinutes(61)).toString();
    var older = now.minus(Duration.ofHours(25)).toString();
    assertTrue(isRemoved(chore, now, older, "'conditions':[]"));
    assertFalse(isRemoved(chore, now, old, "'conditions':[]"));
    assertTrue(
        isRemoved(
            chore, now, older, "'conditions':[{'type':'Denied','lastUpdateTime':'" + old + "'}]"));
    assertTrue(
        isRemoved(
            chore, now, older, "'conditions':[{'type':'Failed','lastUpdateTime':'" + old + "'}]"));
    var approved = "'conditions':[{'type':'Approved','lastUpdateTime':'%s'}]";
    assertFalse(isRemoved(chore, now, older, approved.formatted(old)));
    assertTrue(isRemoved(chore, now, older, approved.formatted(older)));
    assertTrue(isRemoved(chore, now, older, approved.formatted(old) + ",'certificate':'eA=='"));
    assertFalse(isRemoved(chore, now, older, approved.formatted(now) + ",'certificate':'eA=='"));
  }

  private static boolean isRemoved(RequestChore chore, Instant now, String created, String status) {
    var json =
        "{'metadata':{'name':'x','creationTimestamp':'"
            + created
            + "'},'spec':{'signerName':'a.b/c'},'status':{"
            + status
            + "}}";
    return !chore.due(List.of(MemoryView.tree(json)), now).writes().isEmpty();
  }

  private void fails(
      String why, String signer, String name, List<String> groups, String usages, String... names)
      throws Exception {
    ask("f", signer, name, groups, usages, names);
    assertEquals(200, approve(cluster.admin(), "f").code());
    var failed =
        cluster
            .admin()
            .await(
                REQUESTS + "/f",
                answer -> new Request(answer.body()).condition("Failed").isPresent());
    var condition = new Request(failed).condition("Failed").orElseThrow();
    assertEquals("SignerValidationFailure", condition.path("reason").asString());
    assertEquals(why, condition.path("message").asString());
    assertEquals(200, cluster.admin().delete(REQUESTS + "/f").code());
  }
}
