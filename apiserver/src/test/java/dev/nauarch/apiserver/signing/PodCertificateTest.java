package dev.nauarch.apiserver.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.SecureCluster.Answer;
import dev.nauarch.apiserver.SecureCluster.Caller;
import dev.nauarch.apiserver.certificates.CertificateAuthority;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.certificates.SigningRequest;
import dev.nauarch.apiserver.certificates.SigningRequests;
import dev.nauarch.apiserver.object.Json;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Requests for certificates of pods, over HTTPS: who may ask, what for, and who answers. */
@SuppressWarnings("NullAway.Init") // set before each test
class PodCertificateTest {

  private static final String REQUESTS =
      "/apis/certificates.k8s.io/v1/namespaces/default/podcertificaterequests";
  private static final String SIGNER = "example.com/mesh";
  private static final String INVALID =
      "PodCertificateRequest.certificates.k8s.io \"%s\" is invalid: ";

  private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
  private SecureCluster cluster;
  private Caller agent;
  private KeyPair keys;
  private String podUid = "";
  private String nodeUid = "";
  private String accountUid = "";

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    InstantSource clock = () -> Instant.now().plus(later.get());
    cluster = SecureCluster.start(directory, clock);
    agent = cluster.user("system:node:a", "system:nodes");
    keys = SigningRequests.keys("EC");
    var admin = cluster.admin();
    nodeUid = uid(admin.create("/api/v1/nodes", "{'metadata':{'name':'a'}}"));
    accountUid =
        uid(
            admin.create(
                "/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'mesh'}}"));
    podUid =
        uid(
            admin.create(
                "/api/v1/namespaces/default/pods",
                "{'metadata':{'name':'p'},'spec':{'nodeName':'a','serviceAccountName':'mesh',"
                    + "'containers':[{'name':'c','image':'i','volumeMounts':[{'name':'v',"
                    + "'mountPath':'/v'}]}],'volumes':[{'name':'v','projected':{'sources':["
                    + "{'podCertificate':{'signerName':'example.com/mesh','keyType':'ED25519',"
                    + "'credentialBundlePath':'c.pem'}}]}}]}}"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static String uid(ObjectNode object) {
    return object.at("/metadata/uid").asString();
  }

  private String spec(String name, String signer, String more) throws Exception {
    return spec(name, signer, more, SigningRequests.stub(keys, keys));
  }

  private String spec(String name, String signer, String more, String stub) {
    return ("{'metadata':{'name':'%s'},'spec':{'signerName':'%s','podName':'p','podUID':'%s',"
            + "'serviceAccountName':'mesh','serviceAccountUID':'%s','nodeName':'a','nodeUID':'%s',"
            + "'stubPKCS10Request':'%s'%s}}")
        .formatted(name, signer, podUid, accountUid, nodeUid, stub, more);
  }

  @Test
  void anAgentAsksForThePodsOfItsNode() throws Exception {
    var made = agent.create(REQUESTS, spec("r", SIGNER, ""));
    assertEquals(86400, made.at("/spec/maxExpirationSeconds").asInt());
    var seen =
        agent.await(
            "/apis/certificates.k8s.io/v1/podcertificaterequests?fieldSelector=spec.nodeName=a",
            answer -> answer.code() == 200);
    assertEquals("r", seen.at("/items/0/metadata/name").asString());
    agent.await(REQUESTS + "/r", answer -> answer.code() == 200);
    var other = cluster.user("system:node:b", "system:nodes");
    assertEquals(403, other.get(REQUESTS + "/r").code());
    assertEquals(403, agent.get(REQUESTS).code());
    assertEquals(403, agent.delete(REQUESTS + "/r").code());
    var table =
        cluster
            .admin()
            .with("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .get(REQUESTS);
    var cells = table.body().at("/rows/0/cells").toString();
    assertTrue(cells.contains("\"example.com/mesh\",\"Pending\""), cells);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'nodeName':'b' | PodCertificateRequest.Spec.NodeName=\"b\", which is not the requesting",
        "'nodeUID':'u' | names node UID \"u\", which differs from the running one",
        "'podName':'q' | while retrieving pod \"default/q\" named in the PodCertificateRequest",
        "'podUID':'u' | names pod UID \"u\", which differs from the running one",
        "'serviceAccountName':'default' | contains serviceAccountName (\"default\") that differs",
        "'serviceAccountUID':'u' | names service account UID \"u\", which differs",
        "'signerName':'example.com/other' | pod \"default/p\" does not mount a podCertificate"
            + " projected volume for signer \"example.com/other\"",
      })
  void anAgentAsksForNothingElse(String change, String message) throws Exception {
    agent.await(
        "/apis/certificates.k8s.io/v1/podcertificaterequests?fieldSelector=spec.nodeName=a",
        answer -> answer.code() == 200);
    var answer = agent.send("POST", REQUESTS, spec("r", SIGNER, "," + change));
    assertEquals(403, answer.code(), answer.text());
    assertTrue(answer.message().contains(message), answer.message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'maxExpirationSeconds':60 | spec.maxExpirationSeconds: Invalid value: 60: must be in the"
            + " range [3600, 7862400]",
        "'signerName':'kubernetes.io/x','maxExpirationSeconds':86401 | spec.maxExpirationSeconds:"
            + " Invalid value: 86401: must be in the range [3600, 86400]",
        "'podUID':'' | spec.podUID: Invalid value: \"\": must not be empty",
        "'unverifiedUserAnnotations':{'plain':'x'} | spec.unverifiedUserAnnotations: Invalid value:"
            + " \"plain\": must be a domain-prefixed key (such as \"acme.io/foo\")",
        "'stubPKCS10Request':'AAAA' | spec.stubPKCS10Request: Invalid value: must be a valid"
            + " PKCS#10 CSR",
        "'stubPKCS10Request':'' | spec: Invalid value: exactly one of (stubPKCS10Request) or"
            + " (pkixPublicKey, proofOfPossession) must be set",
      })
  void whatIsWrongIsRefused(String change, String message) throws Exception {
    var answer = cluster.admin().send("POST", REQUESTS, spec("r", SIGNER, "," + change));
    assertEquals(422, answer.code(), answer.text());
    assertEquals(INVALID.formatted("r") + message, answer.message().replace("<value omitted>", ""));
  }

  @Test
  void keysThatAreWeakOrNotTheirOwnersAreRefused() throws Exception {
    var forged = SigningRequests.stub(keys, SigningRequests.keys("EC"));
    var answer = cluster.admin().send("POST", REQUESTS, spec("r", SIGNER, "", forged));
    assertTrue(answer.message().endsWith("invalid signature"), answer.message());
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var weak = generator.generateKeyPair();
    answer =
        cluster
            .admin()
            .send("POST", REQUESTS, spec("r", SIGNER, "", SigningRequests.stub(weak, weak)));
    assertTrue(
        answer.message().endsWith("RSA keys must have modulus size 3072 or 4096"),
        answer.message());
  }

  /** A certificate whose first moment is a minute ago. */
  private X509Certificate certificate(KeyPair holder, Duration lifetime) throws Exception {
    var now = Instant.now().plus(Duration.ofMinutes(4));
    var authority = new CertificateAuthority(CertificateAuthority.create("mesh", now));
    var pem = Base64.getDecoder().decode(SigningRequests.request(holder, "p", List.of()));
    return authority.sign(SigningRequest.read(pem), List.of("client auth"), lifetime, now);
  }

  private static String issued(X509Certificate certificate, Duration refresh) {
    var begin = certificate.getNotBefore().toInstant();
    return ("{'status':{'conditions':[{'type':'Issued','status':'True','reason':'Signed',"
            + "'lastTransitionTime':'2026-01-01T00:00:00Z'}],'certificateChain':%s,'notBefore':'%s',"
            + "'notAfter':'%s','beginRefreshAt':'%s'}}")
        .formatted(
            Json.quoted(Pem.certificate(certificate)),
            begin,
            certificate.getNotAfter().toInstant(),
            begin.plus(refresh));
  }

  private Answer answer(Caller signer, String status) throws Exception {
    return signer.send("PATCH", REQUESTS + "/r/status", status);
  }

  @Test
  void aSignerAnswersOnceAndWithACertificateThatFits() throws Exception {
    cluster.admin().create(REQUESTS, spec("r", SIGNER, ",'maxExpirationSeconds':7200"));
    var fitting = certificate(keys, Duration.ofMinutes(90));
    var hour = Duration.ofHours(1);
    var admin = cluster.admin();
    refused(
        "leaf certificate was not issued to the requested public key",
        issued(certificate(SigningRequests.keys("EC"), hour), hour));
    refused(
        "leaf certificate lifetime must be <= spec.maxExpirationSeconds (7200)",
        issued(certificate(keys, Duration.ofHours(5)), hour));
    refused("must be at least 10 minutes after status.notBefore", issued(fitting, Duration.ZERO));
    refused(
        "must be at least 10 minutes before status.notAfter", issued(fitting, Duration.ofHours(9)));
    refused(
        "status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"",
        "{'status':{'notBefore':'2026-01-01T00:00:00Z'}}");
    refused(
        "supported values: \"Denied\", \"Failed\", \"Issued\"",
        "{'status':{'conditions':[{'type':'Ready','status':'True','reason':'R','message':'',"
            + "'lastTransitionTime':'2026-01-01T00:00:00Z'}]}}");

    var done = answer(admin, issued(fitting, hour));
    assertEquals(200, done.code(), done.text());
    refused(
        "immutable after PodCertificateRequest is issued, denied, or failed",
        "{'status':{'certificateChain':'other'}}");
  }

  private void refused(String message, String status) throws Exception {
    var answer = answer(cluster.admin(), status);
    assertEquals(422, answer.code(), answer.text());
    assertTrue(answer.message().contains(message), answer.message());
  }

  @Test
  void whoAnswersNeedsTheRightToSign() throws Exception {
    cluster.admin().create(REQUESTS, spec("r", SIGNER, ""));
    var jane = cluster.user("jane");
    var roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    var bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    cluster
        .admin()
        .create(
            roles,
            "{'metadata':{'name':'writer'},'rules':[{'apiGroups':['certificates.k8s.io'],"
                + "'resources':['podcertificaterequests','podcertificaterequests/status'],"
                + "'verbs':['get','patch']}]}");
    bind(bindings, "writer");
    jane.await(REQUESTS + "/r", answer -> answer.code() == 200);
    var denial =
        "{'status':{'conditions':[{'type':'Denied','status':'True','reason':'No','message':'no',"
            + "'lastTransitionTime':'2026-01-01T00:00:00Z'}]}}";
    var refused = answer(jane, denial);
    assertEquals(422, refused.code(), refused.text());
    assertEquals(
        INVALID.formatted("r")
            + "spec.signerName: Forbidden: User \"jane\" is not permitted to \"sign\" for signer"
            + " \"example.com/mesh\"",
        refused.message());
    cluster
        .admin()
        .create(
            roles,
            "{'metadata':{'name':'signer'},'rules':[{'apiGroups':['certificates.k8s.io'],"
                + "'resources':['signers'],'resourceNames':['example.com/*'],'verbs':['sign']},"
                + "{'apiGroups':[''],'resources':['configmaps'],'verbs':['list']}]}");
    bind(bindings, "signer");
    jane.await("/api/v1/configmaps", answer -> answer.code() == 200);
    assertEquals(200, answer(jane, denial).code());
  }

  private void bind(String bindings, String role) throws Exception {
    cluster
        .admin()
        .create(
            bindings,
            ("{'metadata':{'name':'%s'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                    + "'kind':'ClusterRole','name':'%s'},'subjects':[{'kind':'User','name':'jane',"
                    + "'apiGroup':'rbac.authorization.k8s.io'}]}")
                .formatted(role, role));
  }

  @Test
  void requestsAreRemovedAfterAQuarterOfAnHour() throws Exception {
    cluster.admin().create(REQUESTS, spec("old", SIGNER, ""));
    later.set(Duration.ofMinutes(16));
    // A change of any request has the cleaner look again, without waiting for the clock.
    cluster.admin().create(REQUESTS, spec("new", SIGNER, ""));
    cluster.admin().send("PATCH", REQUESTS + "/old", "{'metadata':{'labels':{'touched':'yes'}}}");
    cluster.admin().await(REQUESTS + "/old", answer -> answer.code() == 404);
    assertEquals(200, cluster.admin().get(REQUESTS + "/new").code());
  }
}
