package dev.nauarch.apiserver.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.Trust;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.oidc.LoginRules;
import dev.nauarch.apiserver.port.MemoryView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** A server that is asked whose tokens are, beside an API server. */
class TokenWebhookTest {

  private static final String SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String JANE =
      "{'authenticated':true,'user':{'username':'jane','uid':'7','groups':['devs'],'extra':"
          + "{'example.com/team':['one']}}}";

  /** An answer that is no TokenReview with a status. */
  private record Raw(int code, String body) {}

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpsServer server;

  @SuppressWarnings("NullAway.Init") // set before each test
  private SecureCluster cluster;

  private final Queue<Object> answers = new ArrayDeque<>();
  private final List<ObjectNode> asked = new CopyOnWriteArrayList<>();
  private final List<String> credentials = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    var certificates =
        ClusterCertificates.open(
            directory.resolve("webhook"),
            new ClusterCertificates.Options("localhost", "10.96.0.1", List.of()),
            InstantSource.system());
    var own = certificates.server();
    var identity = new TlsIdentity(List.of(own.certificate()), own.key(), certificates.authority());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
    server.createContext(
        "/who",
        exchange -> {
          asked.add(Json.read(exchange.getRequestBody().readAllBytes()));
          credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          var answer = answer();
          var bytes = answer.body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.code, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    Files.writeString(directory.resolve("ca.pem"), certificates.authorityPem());
    var settings = settings("v1", Duration.ofMinutes(2));
    cluster =
        SecureCluster.start(
            directory.resolve("cluster"),
            InstantSource.system(),
            options -> with(options, settings));
  }

  private TokenWebhook.Settings settings(String version, Duration remembered) throws IOException {
    var kubeconfig =
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: w, cluster: {server: "https://127.0.0.1:%d/who", certificate-authority: ca.pem}}]
        users: [{name: us, user: {token: secret}}]
        contexts: [{name: c, context: {cluster: w, user: us}}]
        """
            .formatted(server.getAddress().getPort());
    var file = Files.writeString(directory.resolve("webhook.yaml"), kubeconfig);
    return TokenWebhook.Settings.read(file, version, remembered);
  }

  private static ClusterOptions with(ClusterOptions options, TokenWebhook.Settings settings) {
    return new ClusterOptions(
        options.server(),
        new Trust(
            options.trust().authority(),
            options.trust().accountKeys(),
            LoginRules.NONE,
            Optional.of(settings)),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }

  @AfterEach
  void stop() {
    cluster.close();
    server.stop(0);
  }

  private synchronized Raw answer() {
    var next = answers.size() > 1 ? answers.remove() : answers.element();
    if (next instanceof Raw raw) {
      return raw;
    }
    var review = Json.object().put("apiVersion", "authentication.k8s.io/v1");
    review.put("kind", "TokenReview").set("status", MemoryView.tree((String) next));
    return new Raw(200, review.toString());
  }

  @Test
  void whoTheServerKnowsIsLetInAndRemembered() throws Exception {
    answers.add(JANE);
    for (var i = 0; i < 3; i++) {
      var user = cluster.byToken("opaque").create(SELF, "{}").path("status").path("userInfo");
      assertEquals("jane", user.path("username").asString());
      assertEquals("7", user.path("uid").asString());
      assertEquals("[\"devs\",\"system:authenticated\"]", user.path("groups").toString());
      assertEquals("{\"example.com/team\":[\"one\"]}", user.path("extra").toString());
    }
    assertEquals(1, asked.size());
    var review = asked.getFirst();
    assertEquals("authentication.k8s.io/v1", Json.text(review, "apiVersion"));
    assertEquals("opaque", review.at("/spec/token").asString());
    assertEquals(
        "[\"" + ServiceAccountTokens.ISSUER + "\"]", review.at("/spec/audiences").toString());
    assertEquals("Bearer secret", credentials.getFirst());
    // Reads that are answered at once wait on a thread of their own.
    assertEquals(403, cluster.byToken("other").get("/api/v1/namespaces/default").code());
    assertEquals(2, asked.size());
  }

  @Test
  void nobodyIsAskedAboutTokensThatAreKnown() throws Exception {
    answers.add(JANE);
    cluster
        .admin()
        .create("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'robot'}}");
    var token =
        cluster
            .admin()
            .create("/api/v1/namespaces/default/serviceaccounts/robot/token", "{'spec':{}}")
            .at("/status/token")
            .asString();
    var user = cluster.byToken(token).create(SELF, "{}").path("status").path("userInfo");
    assertEquals("system:serviceaccount:default:robot", user.path("username").asString());
    assertEquals(List.of(), asked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'authenticated':false} | invalid bearer token
          {'authenticated':false,'error':'expired'} | [invalid bearer token, expired]
          {'authenticated':true,'audiences':['other'],'user':{'username':'jane'}} | invalid bearer token
          {'authenticated':true,'user':{}} | [invalid bearer token, the webhook knows the token, and does not say whose it is]
          {} | invalid bearer token
          """)
  void othersAreNot(String status, String why) throws Exception {
    answers.add(status);
    refused(why);
  }

  @Test
  void anAnswerThatIsNoneIsNoPermission() throws Exception {
    answers.add(new Raw(404, "nothing here"));
    refused("[invalid bearer token, the webhook answers 404]");
    answers.clear();
    answers.add(new Raw(200, "<html>"));
    refused("[invalid bearer token, the webhook's answer is no JSON object]");
    answers.clear();
    answers.add(new Raw(200, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"));
    refused(
        "[invalid bearer token, the webhook answers a Pod of v1, expected a TokenReview of"
            + " authentication.k8s.io/v1]");
    assertEquals(6, asked.size(), "what is no answer is not remembered");
  }

  @Test
  void whatMayPassIsTriedAgain() throws Exception {
    answers.add(new Raw(500, ""));
    answers.add(JANE);
    var user = cluster.byToken("opaque").create(SELF, "{}").path("status").path("userInfo");
    assertEquals("jane", user.path("username").asString());
    assertEquals(2, asked.size());
  }

  @Test
  void aServerThatIsGoneRefusesItsTokensOnly() throws Exception {
    server.stop(0);
    assertEquals(401, cluster.byToken("opaque").get("/api/v1/namespaces").code());
    assertEquals(200, cluster.admin().get("/api/v1/namespaces").code());
  }

  @Test
  void settingsThatAreWrongAreRefused() throws Exception {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> settings("v2", Duration.ofMinutes(2)));
    assertEquals(
        "unsupported authentication webhook version \"v2\", supported versions are \"v1\","
            + " \"v1beta1\"",
        refusal.getMessage());
    var file = Files.writeString(directory.resolve("odd.yaml"), "[]");
    refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> TokenWebhook.Settings.read(file, "v1", Duration.ofMinutes(2)));
    assertTrue(String.valueOf(refusal.getMessage()).startsWith("not a kubeconfig"));
  }

  private void refused(String why) throws Exception {
    assertEquals(401, cluster.byToken("opaque").get(SELF).code());
    var review = cluster.admin().create(REVIEWS, "{'spec':{'token':'opaque'}}");
    assertEquals(why, review.at("/status/error").asString());
  }
}
