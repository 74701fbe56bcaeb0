package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.certificates.Credential;
import dev.nauarch.apiserver.crd.CustomForms;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.store.memory.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The standard guards of a server, over real HTTPS. */
class StandardGuardsTest {

  private static final String VERSION = "1.37";
  private static final String PODS = "/api/v1/namespaces/default/pods";

  private final MemoryStore store = new MemoryStore();
  private ClusterCertificates certificates;
  private ApiServer server;
  private HttpClient admin;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    var clock = InstantSource.system();
    certificates =
        ClusterCertificates.open(
            directory, new ClusterCertificates.Options("h", "10.96.0.1", List.of()), clock);
    var catalog = Catalog.builtIn(VERSION);
    server =
        ApiServer.start(
            new ApiServerOptions(
                List.of("127.0.0.1"),
                0,
                identity(certificates.server()),
                identity(certificates.agentClient()),
                VERSION,
                true,
                ApiServerOptions.PATIENCE),
            store,
            PlainMechanics.make(catalog),
            new StandardGuards(
                store,
                new Trust(certificates.signer(), AccountKeys.of(certificates.serviceAccountKeys())),
                ServiceAllocator.Options.of("10.96.0.0/16"),
                () -> catalog,
                new CustomForms(),
                AdmissionPlugins.DEFAULT,
                clock),
            clock);
    admin = HttpClient.newBuilder().sslContext(identity(certificates.admin()).context()).build();
    post(201, "/api/v1/namespaces", "{'metadata':{'name':'default'}}");
    post(201, "/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  @Test
  void aPodComesBackFilledIn() throws Exception {
    var pod =
        post(
            201,
            PODS,
            "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
    assertEquals("Pending", pod.path("status").path("phase").asString());
    assertEquals("default", pod.path("spec").path("serviceAccountName").asString());
    assertEquals("default-scheduler", pod.path("spec").path("schedulerName").asString());
    var refused = post(422, PODS, "{'metadata':{'name':'q'},'spec':{'containers':[]}}");
    assertEquals(
        "Pod \"q\" is invalid: spec.containers: Required value",
        refused.path("message").asString());
  }

  @Test
  void anObjectInNoNamespaceIsRefused() throws Exception {
    var refused = post(404, "/api/v1/namespaces/none/configmaps", "{'metadata':{'name':'c'}}");
    assertEquals("namespaces \"none\" not found", refused.path("message").asString());
  }

  @Test
  void aServiceIsGivenItsAddressAndGivesItBack() throws Exception {
    var services = "/api/v1/namespaces/default/services";
    var named =
        "{'metadata':{'name':'%s'},'spec':{'clusterIP':'10.96.0.77','ports':[{'port':80}]}}";
    post(201, services, named.formatted("a"));
    post(422, services, named.formatted("b"));
    assertEquals(200, send("DELETE", services + "/a", "").statusCode());
    post(201, services, named.formatted("b"));
    var any = post(201, services, "{'metadata':{'name':'c'},'spec':{'ports':[{'port':80}]}}");
    assertTrue(any.path("spec").path("clusterIP").asString("").startsWith("10.96."));
  }

  @Test
  void anAccountUsesItsTokenWithinItsRights() throws Exception {
    var answer =
        post(
            201,
            "/api/v1/namespaces/default/serviceaccounts/default/token",
            "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','spec':{}}");
    var token = answer.path("status").path("token").asString();
    var self = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    assertEquals(403, get(PODS, token));
    var refused = Json.read(getBody(PODS, token));
    assertEquals(
        "pods is forbidden: User \"system:serviceaccount:default:default\" cannot list resource"
            + " \"pods\" in API group \"\" in the namespace \"default\"",
        refused.path("message").asString());
    post(
        201,
        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
        "{'metadata':{'name':'b'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':"
            + "'ClusterRole','name':'view'},'subjects':[{'kind':'ServiceAccount','name':'default',"
            + "'namespace':'default'}]}");
    assertEquals(200, get(PODS, token));
    assertEquals(403, get("/api/v1/nodes", token));
    assertEquals(401, get(PODS, token + "x"));
    var review =
        post(201, self, "{'spec':{'resourceAttributes':{'verb':'get','resource':'pods'}}}");
    assertTrue(review.path("status").path("allowed").asBoolean());
  }

  @Test
  void strangersSeeHealthAndNothingElse() throws Exception {
    assertEquals(200, get("/livez", ""));
    assertEquals(200, get("/version", ""));
    assertEquals(403, get("/api", ""));
    assertEquals(403, get(PODS, ""));
  }

  private int get(String path, String token) throws Exception {
    return stranger().send(request(path, token), BodyHandlers.discarding()).statusCode();
  }

  private byte[] getBody(String path, String token) throws Exception {
    return stranger().send(request(path, token), BodyHandlers.ofByteArray()).body();
  }

  private HttpRequest request(String path, String token) {
    var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    return token.isEmpty()
        ? request.build()
        : request.header("Authorization", "Bearer " + token).build();
  }

  /** A client without a certificate. */
  private HttpClient stranger() throws Exception {
    var context = TlsContexts.of(Optional.empty(), List.of(certificates.authority()));
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private ObjectNode post(int code, String path, String json) throws Exception {
    var answer = send("POST", path, json);
    assertEquals(code, answer.statusCode(), answer.body());
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> send(String method, String path, String json) throws Exception {
    var body = json.isEmpty() ? "" : MemoryView.tree(json).toString();
    return admin.send(
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.port() + path);
  }

  private TlsIdentity identity(Credential credential) {
    return new TlsIdentity(
        List.of(credential.certificate()), credential.key(), certificates.authority());
  }
}
