package dev.nauarch.apiserver.onward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy subresources of pods, services and nodes, with real servers behind them. */
@SuppressWarnings("NullAway.Init") // set before each test
class ObjectProxyTest {

  private static final String NS = "/api/v1/namespaces/default/";

  private TestServer server;
  private Backend backend;
  private Path directory;

  @BeforeEach
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    server = TestServer.startCluster(directory);
    backend = Backend.plain(ObjectProxyTest::page);
    post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
    status(
        "/api/v1/nodes/n1",
        "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"127.0.0.1\"}],"
            + "\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":1}}}}");
    post(NS + "serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    post(
        NS + "pods",
        """
        {"metadata":{"name":"p"},"spec":{"nodeName":"n1","containers":[
          {"name":"c","image":"host","ports":[{"containerPort":%d}]}]}}
        """
            .formatted(backend.port()));
    status(NS + "pods/p", "{\"status\":{\"phase\":\"Running\",\"podIP\":\"127.0.0.1\"}}");
  }

  @AfterEach
  void close() throws IOException {
    backend.close();
    server.close();
  }

  private static void page(Backend.Asked request, InputStream in, OutputStream out)
      throws IOException {
    switch (request.target()) {
      case "/echo" -> Backend.send(out, 201, "X-Own: yes\r\n", Backend.body(request, in));
      case "/stream" -> stream(in, out);
      case "/away" -> Backend.send(out, 302, "Location: /there/?a=b\r\n", "");
      case "/relative" -> Backend.send(out, 302, "Location: there\r\n", "");
      case "/elsewhere" -> Backend.send(out, 302, "Location: http://other.example.com/x\r\n", "");
      case "/page" ->
          Backend.send(
              out,
              200,
              "Content-Type: text/html; charset=utf-8\r\nAccess-Control-Allow-Origin: *\r\n",
              HTML);
      case "/packed" ->
          Backend.send(
              out, 200, "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", packed(HTML));
      case "/garbage" -> out.write("this is no HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      case "/cut" ->
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
                  .getBytes(StandardCharsets.US_ASCII));
      case "/upgrade" -> upgrade(in, out);
      case "/error" -> Backend.send(out, 418, "Content-Type: text/plain\r\n", "a teapot");
      default -> Backend.send(out, 200, "Content-Type: text/plain\r\n", request.target());
    }
  }

  private static final String HTML =
      "<html><!-- <a href=\"/no\"> --><body background='/b.png'>"
          + "<a class=x href=\"/a?x=1&amp;y=2#z\">1</a><a href=\"near\">2</a>"
          + "<a href=\"http://other.example.com/\">3</a><img src=/i.png><p title=\"/no\">é</p>"
          + "</body></html>";

  /** Answers each byte as soon as it has come, chunk by chunk. */
  private static void stream(InputStream in, OutputStream out) throws IOException {
    out.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    in.transferTo(out);
  }

  private static void upgrade(InputStream in, OutputStream out) throws IOException {
    out.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    for (var next = in.read(); next >= 0; next = in.read()) {
      out.write(Character.toUpperCase(next));
      out.flush();
    }
  }

  private static byte[] packed(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    return server
        .client()
        .send(server.request(method, path, body, headers), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return send("GET", path, "", headers);
  }

  private void post(String path, String body) throws Exception {
    var answer = send("POST", path, body, "Content-Type", "application/json");
    assertEquals(201, answer.statusCode(), answer.body());
  }

  private void status(String path, String body) throws Exception {
    var answer =
        send("PATCH", path + "/status", body, "Content-Type", "application/merge-patch+json");
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private String pod() {
    return NS + "pods/p:" + backend.port() + "/proxy";
  }

  @Test
  void aRequestGoesOnAsItIsButForWhoSentIt() throws Exception {
    var answer =
        get(
            pod() + "/a%2Fb//c/?x=%20&y",
            "Authorization",
            "Basic abc",
            "X-Mine",
            "1",
            "X-Remote-User",
            "admin",
            "X-Forwarded-For",
            "10.0.0.1");
    assertEquals(200, answer.statusCode());
    assertEquals("/a%2Fb//c/?x=%20&y", answer.body());
    var asked = backend.last();
    assertEquals("GET /a%2Fb//c/?x=%20&y HTTP/1.1", asked.first());
    assertEquals("1", asked.header("x-mine"));
    assertEquals("", asked.header("authorization"));
    assertEquals("", asked.header("x-remote-user"));
    assertEquals("10.0.0.1, 127.0.0.1", asked.header("x-forwarded-for"));
    assertEquals(pod() + "/a%2Fb//c/", asked.header("x-forwarded-uri"));
    assertEquals("127.0.0.1:" + server.port(), asked.header("host"));
  }

  @Test
  void everyVerbAndBodyGoesOn() throws Exception {
    for (var method : List.of("POST", "PUT", "PATCH", "DELETE")) {
      var answer = send(method, pod() + "/echo", "hello " + method);
      assertEquals(201, answer.statusCode());
      assertEquals("hello " + method, answer.body());
      assertEquals("yes", answer.headers().firstValue("X-Own").orElse(""));
      assertTrue(backend.last().first().startsWith(method + " "));
    }
    assertEquals(200, send("OPTIONS", pod() + "/x", "").statusCode());
    var head = send("HEAD", pod() + "/12345", "");
    assertEquals(200, head.statusCode());
    assertEquals("6", head.headers().firstValue("Content-Length").orElse(""));
    var error = get(pod() + "/error");
    assertEquals(418, error.statusCode());
    assertEquals("a teapot", error.body());
  }

  @Test
  void aLongBodyComesBackWhole() throws Exception {
    var bytes = new byte[5_000_000];
    new Random(1).nextBytes(bytes);
    var request =
        java.net.http.HttpRequest.newBuilder(server.request("GET", pod() + "/echo", "").uri())
            .POST(
                java.net.http.HttpRequest.BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(bytes)))
            .build();
    var answer = server.client().send(request, BodyHandlers.ofByteArray());
    assertArrayEquals(bytes, answer.body());
  }

  @Test
  void bothBodiesStreamAtOnce() throws Exception {
    try (var socket =
        server.client().sslContext().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setSoTimeout(10_000);
      var out = socket.getOutputStream();
      var head =
          "POST " + pod() + "/stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      var in = socket.getInputStream();
      assertTrue(until(in, "\r\n\r\n").startsWith("HTTP/1.1 200 OK\r\n"));
      for (var word : List.of("one", "two")) {
        out.write(("3\r\n" + word + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        assertEquals("3\r\n" + word + "\r\n", until(in, word + "\r\n"));
      }
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals("0\r\n\r\n", until(in, "0\r\n\r\n"));
    }
  }

  private static String until(InputStream in, String end) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      var next = in.read();
      assertTrue(next >= 0, "ended after " + text);
      text.append((char) next);
    }
    return text.toString();
  }

  @Test
  void anUpgradeLeadsThrough() throws Exception {
    try (var socket =
        server.client().sslContext().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setSoTimeout(10_000);
      var out = socket.getOutputStream();
      var head =
          "GET "
              + pod()
              + "/upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      var in = socket.getInputStream();
      var answered = until(in, "\r\n\r\n");
      assertTrue(answered.startsWith("HTTP/1.1 101 "), answered);
      assertTrue(answered.contains("Upgrade: shout"), answered);
      out.write("hello".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      assertEquals("HELLO", until(in, "HELLO"));
    }
  }

  @Test
  void linksLeadThroughTheProxyAgain() throws Exception {
    var bare = get(pod() + "?a=b");
    assertEquals(301, bare.statusCode());
    assertEquals(pod() + "/?a=b", location(bare));
    assertEquals(pod() + "/there/?a=b", location(get(pod() + "/away")));
    assertEquals("there", location(get(pod() + "/relative")));
    assertEquals("http://other.example.com/x", location(get(pod() + "/elsewhere")));
    var wanted =
        HTML.replace("background='/b.png'", "background=\"" + pod() + "/b.png\"")
            .replace("\"/a?", "\"" + pod() + "/a?")
            .replace("src=/i.png", "src=\"" + pod() + "/i.png\"");
    var page = get(pod() + "/page");
    assertEquals(wanted, page.body());
    assertTrue(page.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
    var packed =
        server
            .client()
            .send(server.request("GET", pod() + "/packed", ""), BodyHandlers.ofByteArray());
    var text = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
    assertEquals(wanted, new String(text, StandardCharsets.UTF_8));
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void aPodIsFoundByItsFirstPortAndNobodyBehindItIs503() throws Exception {
    assertEquals("/x", get(NS + "pods/p/proxy/x").body());
    assertEquals("/x", get(NS + "pods/http:p:/proxy/x").body());
    refused(
        503,
        "error trying to reach service: dial tcp 127.0.0.1:1: connect: connection refused",
        NS + "pods/p:1/proxy/x");
    refused(400, "invalid pod request \"ftp:p:1\"", NS + "pods/ftp:p:1/proxy/x");
    refused(400, "invalid pod request \"a:b:c:d\"", NS + "pods/a:b:c:d/proxy/x");
    refused(404, "pods \"none\" not found", NS + "pods/none/proxy/x");
    refused(503, "malformed HTTP response", pod() + "/garbage");
    refused(503, "unexpected EOF", pod() + "/cut");
    status(NS + "pods/p", "{\"status\":{\"podIP\":\"169.254.169.254\"}}");
    refused(400, "address not allowed", pod() + "/x");
  }

  private void refused(int code, String message, String path) throws Exception {
    var answer = get(path);
    assertEquals(code, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("\"kind\":\"Status\""), answer.body());
    assertTrue(answer.body().replace("\\\"", "\"").contains(message), answer.body());
  }

  @Test
  void aServiceLeadsToItsReadyEndpoints() throws Exception {
    post(
        NS + "services",
        """
        {"metadata":{"name":"s"},"spec":{"ports":[
          {"name":"web","port":80,"targetPort":8080},{"name":"tls","port":443}]}}
        """);
    refused(503, "no endpoints available for service \"s\"", NS + "services/s:web/proxy/x");
    slice("away", false, 1, "web");
    refused(503, "no endpoints available for service \"s:web\"", NS + "services/s:web/proxy/x");
    slice("here", true, backend.port(), "web");
    for (var id : List.of("s:web", "s:80", "http:s:web", "http:s:80")) {
      assertEquals("/x", get(NS + "services/" + id + "/proxy/x").body());
    }
    refused(503, "no service port 81 found for service \"s\"", NS + "services/s:81/proxy/x");
    refused(503, "no endpoints available for service \"s:none\"", NS + "services/s:none/proxy/x");
    refused(404, "services \"t\" not found", NS + "services/t:80/proxy/x");
    var certificates =
        ClusterCertificates.open(
            directory.resolve("other"),
            new ClusterCertificates.Options("other", "10.0.0.1", List.of()),
            InstantSource.system());
    var own = certificates.server();
    var identity = new TlsIdentity(List.of(own.certificate()), own.key(), certificates.authority());
    try (var secure = Backend.secure(identity.context(), ObjectProxyTest::page)) {
      slice("secure", true, secure.port(), "tls");
      assertEquals("/x", get(NS + "services/https:s:tls/proxy/x").body());
      assertEquals("/x", get(NS + "services/https:s:443/proxy/x").body());
    }
  }

  private void slice(String name, boolean isReady, int port, String portName) throws Exception {
    post(
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
        """
        {"metadata":{"name":"%s","labels":{"kubernetes.io/service-name":"s"}},"addressType":"IPv4",
         "endpoints":[{"addresses":["127.0.0.1"],"conditions":{"ready":%s}}],
         "ports":[{"name":"%s","port":%d}]}
        """
            .formatted(name, isReady, portName, port));
  }

  @Test
  void aNodeLeadsToItsProgramsAndRightsAreByVerb() throws Exception {
    var path = "/api/v1/nodes/n1:" + backend.port() + "/proxy/metrics";
    assertEquals("/metrics", get(path).body());
    var bob = new String[] {"Impersonate-User", "bob"};
    assertEquals(403, get(path, bob).statusCode());
    post(
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "{\"metadata\":{\"name\":\"look\"},\"rules\":[{\"apiGroups\":[\"\"],"
            + "\"resources\":[\"nodes/proxy\"],\"verbs\":[\"get\"]}]}");
    post(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "{\"metadata\":{\"name\":\"look\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
            + "\"kind\":\"ClusterRole\",\"name\":\"look\"},\"subjects\":[{\"kind\":\"User\","
            + "\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"bob\"}]}");
    assertEquals("/metrics", get(path, bob).body());
    assertFalse(backend.last().headers().containsKey("impersonate-user"));
    assertEquals(403, send("POST", path, "x", bob).statusCode());
  }
}
