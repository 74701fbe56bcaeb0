package dev.nauarch.apiserver.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.SecureCluster.Caller;
import dev.nauarch.apiserver.Trust;
import dev.nauarch.apiserver.certificates.SigningRequests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tokens and certificates that log in and that do not, over HTTPS. */
class TokensTest {

  private static final String SPACE = "/api/v1/namespaces/default/";
  private static final String SECRETS = "/api/v1/namespaces/kube-system/secrets";
  private static final String SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String TOKEN = "abcdef.0123456789abcdef";

  @TempDir private Path directory;
  private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
  private SecureCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = SecureCluster.start(directory, () -> Instant.now().plus(later.get()));
    cluster.admin().create(SPACE + "serviceaccounts", "{'metadata':{'name':'a'}}");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aBootstrapTokenLogsInAsItsOwnUser() throws Exception {
    bootstrap(
        "'usage-bootstrap-authentication':'true','auth-extra-groups':'system:bootstrappers:b'");
    var machine = cluster.byToken(TOKEN);
    machine.await(SELF, answer -> answer.code() != 401);
    var user = userOf(machine);
    assertEquals("system:bootstrap:abcdef", user.path("username").asString());
    assertEquals(
        "[\"system:authenticated\",\"system:bootstrappers\",\"system:bootstrappers:b\"]",
        user.path("groups").toString());
    assertEquals(401, cluster.byToken("abcdef.0123456789abcdee").get(SELF).code());
    assertEquals(401, cluster.byToken("abcdeg.0123456789abcdef").get(SELF).code());
    cluster.admin().delete(SECRETS + "/bootstrap-token-abcdef");
    machine.await(SELF, answer -> answer.code() == 401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'usage-bootstrap-signing':'true'",
        "'usage-bootstrap-authentication':'no'",
        "'usage-bootstrap-authentication':'true','auth-extra-groups':'system:masters'",
        "'usage-bootstrap-authentication':'true','expiration':'soon'",
        "'usage-bootstrap-authentication':'true','token-id':'zzzzzz'"
      },
      quoteCharacter = '#')
  void aBootstrapTokenThatIsNotForThatDoesNot(String data) throws Exception {
    bootstrap(data);
    cluster.admin().create(SPACE + "configmaps", "{'metadata':{'name':'x'}}");
    assertEquals(401, cluster.byToken(TOKEN).get(SELF).code());
  }

  @Test
  void anExpiredBootstrapTokenIsRemoved() throws Exception {
    var soon = Instant.now().plusMillis(1500).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    bootstrap("'usage-bootstrap-authentication':'true','expiration':'" + soon + "'");
    assertEquals(200, cluster.admin().get(SECRETS + "/bootstrap-token-abcdef").code());
    cluster.admin().await(SECRETS + "/bootstrap-token-abcdef", answer -> answer.code() == 404);
    assertEquals(401, cluster.byToken(TOKEN).get(SELF).code());
  }

  @Test
  void clusterInfoIsSignedByEachToken() throws Exception {
    bootstrap("'usage-bootstrap-signing':'true'");
    cluster
        .admin()
        .create(
            "/api/v1/namespaces/kube-public/configmaps",
            "{'metadata':{'name':'cluster-info'},'data':{'kubeconfig':'hello'}}");
    var path = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
    var signature =
        cluster
            .admin()
            .await(path, answer -> answer.body().path("data").has("jws-kubeconfig-abcdef"))
            .path("data")
            .path("jws-kubeconfig-abcdef")
            .asString();
    // Made by go-jose of the same content and token.
    assertEquals(
        "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..",
        signature.substring(0, signature.indexOf("..") + 2));
    cluster.admin().delete(SECRETS + "/bootstrap-token-abcdef");
    cluster.admin().await(path, answer -> !answer.body().path("data").has("jws-kubeconfig-abcdef"));
  }

  @Test
  void aSecretOfAnAccountIsFilledWithATokenThatDiesWithIt() throws Exception {
    cluster
        .admin()
        .create(
            SPACE + "secrets",
            "{'metadata':{'name':'s','annotations':{'kubernetes.io/service-account.name':'a'}},"
                + "'type':'kubernetes.io/service-account-token'}");
    var data =
        cluster
            .admin()
            .await(SPACE + "secrets/s", answer -> answer.body().path("data").has("token"))
            .path("data");
    assertEquals("default", text(data, "namespace"));
    assertTrue(text(data, "ca.crt").startsWith("-----BEGIN CERTIFICATE-----"));
    var caller = cluster.byToken(text(data, "token"));
    assertEquals("system:serviceaccount:default:a", userOf(caller).path("username").asString());
    later.set(Duration.ofDays(4000));
    assertEquals(201, caller.send("POST", SELF, "{}").code());
    later.set(Duration.ZERO);
    var label = "{'metadata':{'labels':{'kubernetes.io/legacy-token-invalid-since':'2020-01-01'}}}";
    assertEquals(200, cluster.admin().send("PATCH", SPACE + "secrets/s", label).code());
    caller.await(SELF, answer -> answer.code() == 401);
    cluster.admin().delete(SPACE + "serviceaccounts/a");
    cluster.admin().await(SPACE + "secrets/s", answer -> answer.code() == 404);
  }

  @Test
  void tokensDieWithTheSecretThatHoldsThemOrThatTheyAreBoundTo() throws Exception {
    var admin = cluster.admin();
    admin.create(
        SPACE + "secrets",
        "{'metadata':{'name':'held','annotations':{'kubernetes.io/service-account.name':'a'}},"
            + "'type':'kubernetes.io/service-account-token'}");
    var held =
        admin.await(SPACE + "secrets/held", answer -> answer.body().path("data").has("token"));
    var bound = admin.create(SPACE + "secrets", "{'metadata':{'name':'bound'}}");
    var request =
        "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Secret','name':'bound','uid':'%s'}}}"
            .formatted(bound.at("/metadata/uid").asString());
    var holder = cluster.byToken(text(held.path("data"), "token"));
    var other = cluster.byToken(token(request));
    for (var caller : List.of(holder, other)) {
      assertEquals(201, caller.send("POST", SELF, "{}").code());
    }
    admin.delete(SPACE + "secrets/held");
    admin.delete(SPACE + "secrets/bound");
    holder.await(SELF, answer -> answer.code() == 401);
    other.await(SELF, answer -> answer.code() == 401);
    // Another of that name is another Secret.
    admin.create(SPACE + "secrets", "{'metadata':{'name':'bound'}}");
    admin.await(SPACE + "secrets/bound", answer -> answer.code() == 200);
    assertEquals(401, other.get(SELF).code());
  }

  @Test
  void aSecretOfNoAccountIsRemoved() throws Exception {
    cluster
        .admin()
        .create(
            SPACE + "secrets",
            "{'metadata':{'name':'s','annotations':{'kubernetes.io/service-account.name':'none'}},"
                + "'type':'kubernetes.io/service-account-token'}");
    cluster.admin().await(SPACE + "secrets/s", answer -> answer.code() == 404);
  }

  @Test
  void aTokenDiesWithItsAccountAndIsNotThoseOfTheNext() throws Exception {
    var caller = cluster.byToken(token("{'spec':{}}"));
    assertEquals(201, caller.send("POST", SELF, "{}").code());
    cluster.admin().delete(SPACE + "serviceaccounts/a");
    caller.await(SELF, answer -> answer.code() == 401);
    cluster.admin().create(SPACE + "serviceaccounts", "{'metadata':{'name':'a'}}");
    var fresh = cluster.byToken(token("{'spec':{}}"));
    assertEquals(201, fresh.send("POST", SELF, "{}").code());
    assertEquals(401, caller.get(SELF).code());
  }

  @Test
  void clocksThatJumpMakeTokensBad() throws Exception {
    var caller = cluster.byToken(token("{'spec':{'expirationSeconds':600}}"));
    assertEquals(201, caller.send("POST", SELF, "{}").code());
    later.set(Duration.ofSeconds(655));
    assertEquals(201, caller.send("POST", SELF, "{}").code());
    later.set(Duration.ofSeconds(665));
    assertEquals(401, caller.send("POST", SELF, "{}").code());
    later.set(Duration.ofMinutes(-2));
    assertEquals(401, caller.send("POST", SELF, "{}").code());
  }

  @Test
  void aPodsTokenIsGoodForLongerThanItSays() throws Exception {
    var pod =
        cluster
            .admin()
            .create(
                SPACE + "pods",
                "{'metadata':{'name':'p'},'spec':{'serviceAccountName':'a','containers':[{'name':'c',"
                    + "'image':'i'}]}}");
    var uid = pod.path("metadata").path("uid").asString();
    var bound =
        "{'spec':{'expirationSeconds':3607,'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'p',"
            + "'uid':'"
            + uid
            + "'}}}";
    cluster.admin().await(SPACE + "pods/p", answer -> answer.code() == 200);
    var answer = cluster.admin().create(SPACE + "serviceaccounts/a/token", bound);
    var caller = cluster.byToken(answer.path("status").path("token").asString());
    later.set(Duration.ofHours(3));
    var user = userOf(caller);
    assertEquals(
        "[\"p\"]", user.path("extra").path("authentication.kubernetes.io/pod-name").toString());
    later.set(Duration.ZERO);
    cluster.admin().delete(SPACE + "pods/p?gracePeriodSeconds=0");
    caller.await(SELF, refused -> refused.code() == 401);
  }

  @Test
  void badTokenRequestsAreRefused() throws Exception {
    var path = SPACE + "serviceaccounts/a/token";
    var admin = cluster.admin();
    assertEquals(422, admin.send("POST", path, "{'spec':{'expirationSeconds':599}}").code());
    assertEquals(422, admin.send("POST", path, "{'metadata':{'name':'b'},'spec':{}}").code());
    assertEquals(422, admin.send("POST", path, "{'metadata':{'namespace':'b'},'spec':{}}").code());
    assertEquals(409, admin.send("POST", path, "{'metadata':{'uid':'b'},'spec':{}}").code());
    var job = "{'spec':{'boundObjectRef':{'apiVersion':'batch/v1','kind':'Job','name':'x'}}}";
    assertEquals(400, admin.send("POST", path, job).code());
    var none = "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Secret','name':'x'}}}";
    assertEquals(404, admin.send("POST", path, none).code());
    assertEquals(404, admin.send("POST", SPACE + "serviceaccounts/b/token", "{'spec':{}}").code());
  }

  @Test
  void formerKeysAreBelievedAndOthersAreNot() throws Exception {
    var token = token("{'spec':{}}");
    var former = cluster.certificates().serviceAccountKeys().getPublic();
    cluster.close();
    var fresh = SigningRequests.keys("EC");
    var believed = new AccountKeys(fresh, List.of(former));
    cluster = SecureCluster.start(directory, Instant::now, options -> with(options, believed));
    var reviewed = review(token);
    // The account is another cluster's, so that only its signature is good.
    assertTrue(
        reviewed.path("error").asString().contains("serviceaccounts \"a\" not found"),
        reviewed.toString());
    var keys = cluster.admin().get("/openid/v1/jwks").body().path("keys");
    assertEquals(2, keys.size());
    cluster.close();
    cluster =
        SecureCluster.start(
            directory, Instant::now, options -> with(options, AccountKeys.of(fresh)));
    assertTrue(review(token).path("error").asString().contains("not signed here"));
  }

  private static ClusterOptions with(ClusterOptions options, AccountKeys keys) {
    return new ClusterOptions(
        options.server(),
        new Trust(options.trust().authority(), keys),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }

  @Test
  void reviewsNameTheAudiencesThatATokenIsFor() throws Exception {
    var token = token("{'spec':{'audiences':['x','y']}}");
    assertEquals(401, cluster.byToken(token).get(SELF).code());
    assertFalse(review(token).has("authenticated"));
    var body = "{'spec':{'token':'" + token + "','audiences':['y','z']}}";
    var status = cluster.admin().create(REVIEWS, body).path("status");
    assertTrue(status.path("authenticated").asBoolean());
    assertEquals("[\"y\"]", status.path("audiences").toString());
    assertEquals(400, cluster.admin().send("POST", REVIEWS, "{'spec':{}}").code());
  }

  @Test
  void theIssuersDocumentsAreForAccounts() throws Exception {
    var configuration = "/.well-known/openid-configuration";
    var caller = cluster.byToken(token("{'spec':{}}"));
    var document = caller.get(configuration);
    assertEquals(200, document.code(), document.text());
    assertEquals(
        "[\"ES256\"]", document.body().path("id_token_signing_alg_values_supported").toString());
    assertEquals(200, caller.get("/openid/v1/jwks").code());
    assertEquals(403, cluster.stranger().get(configuration).code());
    assertEquals(403, cluster.user("jane").get(configuration).code());
  }

  @ParameterizedTest
  @CsvSource({
    "x",
    "a.b.c",
    "..",
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2t1YmVybmV0ZXMuZGVmYXVsdC5zdmMuY2x1c3Rlci5sb2NhbCJ9."
  })
  void nonsenseIsNobodys(String token) throws Exception {
    assertEquals(401, cluster.byToken(token).get("/livez").code());
  }

  @Test
  void certificatesThatAreNotGoodAreUnauthorized() throws Exception {
    var good = cluster.user("jane");
    assertEquals(403, good.get(SPACE + "pods").code());
    later.set(Duration.ofDays(400));
    assertEquals(401, good.get(SPACE + "pods").code());
    later.set(Duration.ofDays(-1));
    assertEquals(401, good.get(SPACE + "pods").code());
    later.set(Duration.ZERO);
    assertEquals(403, good.get(SPACE + "pods").code());
    assertEquals(401, cluster.by(cluster.certificates().server()).get("/livez").code());
    var other = SecureCluster.start(directory.resolve("other"));
    try (other) {
      assertEquals(401, cluster.by(other.credential("jane")).get("/livez").code());
    }
    // Whoever shows a bad certificate and a good token is who the token says.
    var both =
        cluster
            .by(cluster.certificates().server())
            .with("Authorization", "Bearer " + token("{'spec':{}}"));
    assertEquals(201, both.send("POST", SELF, "{}").code());
  }

  private void bootstrap(String data) throws Exception {
    var id = data.contains("token-id") ? "" : "'token-id':'abcdef',";
    cluster
        .admin()
        .create(
            SECRETS,
            "{'metadata':{'name':'bootstrap-token-abcdef'},'type':'bootstrap.kubernetes.io/token',"
                + "'stringData':{"
                + id
                + "'token-secret':'0123456789abcdef',"
                + data
                + "}}");
  }

  private String token(String request) throws Exception {
    cluster.admin().await(SPACE + "serviceaccounts/a", answer -> answer.code() == 200);
    return cluster
        .admin()
        .create(SPACE + "serviceaccounts/a/token", request)
        .path("status")
        .path("token")
        .asString();
  }

  private JsonNode review(String token) throws Exception {
    return cluster.admin().create(REVIEWS, "{'spec':{'token':'" + token + "'}}").path("status");
  }

  private static JsonNode userOf(Caller caller) throws Exception {
    return caller.create(SELF, "{}").path("status").path("userInfo");
  }

  private static String text(JsonNode data, String key) {
    return new String(
        Base64.getDecoder().decode(data.path(key).asString()), StandardCharsets.UTF_8);
  }
}
