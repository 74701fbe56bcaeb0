package dev.nauarch.apiserver.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Calls of a real HTTPS server, good and bad. */
class WebhookClientTest {

  private static final String PLAIN = "HTTP/1.1 400 Bad Request\r\n\r\n";
  private static final Duration LONG = Duration.ofSeconds(10);

  private final MemoryView view = new MemoryView();
  private final WebhookClient client = new WebhookClient(view);

  @AfterEach
  void stop() {
    client.close();
  }

  @Test
  void aConnectionCarriesManyCalls() throws Exception {
    try (var server = WebhookServer.start((_, body) -> new Reply.Answer(body), "127.0.0.1")) {
      for (var i = 0; i < 5; i++) {
        var answer = client.post(WebhookAddress.of(server.clientConfig("/a/b")), body(i), LONG);
        assertEquals(new WebhookAnswer.Answered(body(i)), answer);
      }
      assertEquals(1, server.connectionCount());
      assertEquals("/a/b?timeout=10s", server.paths().getFirst());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "//a//b/, /a/b",
    "/a/./b/../c, /a/c",
    "/../a, /a",
    "/, /",
  })
  void aPathIsSentInItsShortestForm(String path, String sent) {
    var url = Json.object().put("url", "https://127.0.0.1:1" + path);
    assertEquals(sent, WebhookAddress.of(url).path());
    var service = Json.object();
    service.putObject("service").put("namespace", "n").put("name", "s").put("path", path);
    assertEquals(sent, WebhookAddress.of(service).path());
  }

  @Test
  void aServiceIsCalledAtItsReadyEndpoints() throws Exception {
    try (var server = WebhookServer.start((_, body) -> new Reply.Answer(body), "hook.tools.svc")) {
      var config =
          object(
              "{'service':{'namespace':'tools','name':'hook','port':8443,'path':'/p'},'caBundle':'"
                  + server.authority()
                  + "'}");
      var address = WebhookAddress.of(config);
      var url = "Post \"https://hook.tools.svc:8443/p?timeout=10s\": ";
      assertEquals(url + "service \"hook\" not found", failure(address));
      service("8443");
      assertEquals(url + "no endpoints available for service \"hook\"", failure(address));
      slice("a", 1, "{'ready':false}");
      assertEquals(url + "no endpoints available for service \"hook\"", failure(address));
      slice("b", server.port(), "{'ready':true}");
      assertEquals(new WebhookAnswer.Answered(body(1)), client.post(address, body(1), LONG));
      service("443");
      // What waits on a connection that stands need not be looked up again.
      assertEquals(new WebhookAnswer.Answered(body(2)), client.post(address, body(2), LONG));
    }
    service("443");
    var config = object("{'service':{'namespace':'tools','name':'hook','port':8443}}");
    assertEquals(
        "Post \"https://hook.tools.svc:8443/?timeout=10s\": no service port 8443 found for service"
            + " \"hook\"",
        failure(WebhookAddress.of(config)));
  }

  @Test
  void anEndpointThatIsGoneIsPassedOver() throws Exception {
    try (var server = WebhookServer.start((_, body) -> new Reply.Answer(body), "hook.tools.svc")) {
      service("443");
      slice("a", freePort(), "{}");
      slice("b", server.port(), "{}");
      var config =
          object(
              "{'service':{'namespace':'tools','name':'hook'},'caBundle':'"
                  + server.authority()
                  + "'}");
      for (var i = 0; i < 5; i++) {
        assertInstanceOf(
            WebhookAnswer.Answered.class, client.post(WebhookAddress.of(config), body(i), LONG));
      }
    }
  }

  @Test
  void nobodyListens() throws Exception {
    var port = freePort();
    var config = Json.object().put("url", "https://127.0.0.1:" + port + "/x");
    var url = "Post \"https://127.0.0.1:" + port + "/x?timeout=10s\": ";
    assertEquals(
        url + "dial tcp 127.0.0.1:" + port + ": connect: connection refused",
        failure(WebhookAddress.of(config)));
  }

  @Test
  void aHostWithoutAnAddress() {
    var config = Json.object().put("url", "https://no.such.invalid/x");
    assertEquals(
        "Post \"https://no.such.invalid/x?timeout=10s\": dial tcp: lookup no.such.invalid: no such"
            + " host",
        failure(WebhookAddress.of(config)));
  }

  @Test
  void certificatesThatProveNothing() throws Exception {
    try (var server = WebhookServer.start((_, body) -> new Reply.Answer(body), "elsewhere")) {
      var wrongName = failure(WebhookAddress.of(server.clientConfig("/")));
      assertTrue(wrongName.contains("x509: certificate is not valid for 127.0.0.1"), wrongName);
      var config = Json.object().put("url", "https://127.0.0.1:" + server.port());
      var unknown = failure(WebhookAddress.of(config));
      assertTrue(
          unknown.endsWith(
              "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
          unknown);
      config.put("caBundle", "bm90IGEgY2VydGlmaWNhdGU=");
      assertEquals(
          "unable to load root certificates: unable to parse bytes as PEM block",
          failure(WebhookAddress.of(config)));
    }
    var longAgo = Instant.now().minus(Duration.ofDays(800));
    try (var server = WebhookServer.start((_, b) -> new Reply.Answer(b), longAgo, "127.0.0.1")) {
      var expired = failure(WebhookAddress.of(server.clientConfig("/")));
      assertTrue(expired.contains("x509: certificate has expired or is not yet valid"), expired);
    }
  }

  @Test
  void aServerThatDoesNotSpeakTls() throws Exception {
    try (var listener = new ServerSocket(0)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var socket = listener.accept()) {
                  socket.getOutputStream().write(PLAIN.getBytes(StandardCharsets.US_ASCII));
                  socket.getInputStream().readNBytes(1);
                } catch (java.io.IOException e) {
                  // The client has gone.
                }
              });
      var config = Json.object().put("url", "https://127.0.0.1:" + listener.getLocalPort());
      var why = failure(WebhookAddress.of(config));
      assertTrue(why.endsWith("http: server gave HTTP response to HTTPS client"), why);
    }
  }

  @Test
  void silenceEndsWithTheTimeout() throws Exception {
    try (var server = WebhookServer.start((_, _) -> new Reply.Silence(), "127.0.0.1")) {
      var begin = System.nanoTime();
      var address = WebhookAddress.of(server.clientConfig("/"));
      var answer = client.post(address, body(1), Duration.ofMillis(200));
      assertEquals(
          new WebhookAnswer.Failed(
              "Post \"https://127.0.0.1:"
                  + server.port()
                  + "/?timeout=1s\": context deadline exceeded"),
          answer);
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(5).toNanos());
    }
  }

  @Test
  void anAnswerThatDripsEndsWithTheTimeoutToo() throws Exception {
    try (var server =
        WebhookServer.start(
            (_, _) -> new Reply.Raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
            "127.0.0.1")) {
      var why = failure(WebhookAddress.of(server.clientConfig("/")));
      assertTrue(why.endsWith(": unexpected EOF"), why);
    }
  }

  @Test
  void answersThatAreNone() throws Exception {
    assertEquals(
        "couldn't get version/kind; json parse error: the answer is no JSON object",
        answerTo("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ngarbage"));
    assertEquals(
        "couldn't get version/kind; json parse error: the answer is no JSON object",
        answerTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"));
    assertEquals(
        "0-length response with status code: 200 and content type: text/plain",
        answerTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"));
    assertEquals(
        "an error on the server (\"it broke\") has prevented the request from succeeding",
        answerTo(
            "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length:"
                + " 9\r\n\r\nit broke\n"));
    assertEquals(
        "the server could not find the requested resource",
        answerTo("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    assertEquals(
        "too many cooks",
        answerTo(
            "HTTP/1.1 429 Too Many Requests\r\n\r\n{\"kind\":\"Status\",\"message\":\"too many"
                + " cooks\"}"));
    var noHttp = answerTo("hello\r\n\r\n");
    assertTrue(noHttp.contains("malformed HTTP response \"hello\""), noHttp);
    var noLength = answerTo("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n");
    assertTrue(noLength.endsWith("bad Content-Length \"-4\""), noLength);
    var nothing = answerTo("");
    assertTrue(nothing.endsWith(": EOF"), nothing);
  }

  @Test
  void chunkedAnswersAreRead() throws Exception {
    try (var server =
        WebhookServer.start(
            (_, _) ->
                new Reply.Raw(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}"
                        + "\r\n0\r\nTrailer: x\r\n\r\n"),
            "127.0.0.1")) {
      var address = WebhookAddress.of(server.clientConfig("/"));
      for (var i = 0; i < 3; i++) {
        assertEquals(
            new WebhookAnswer.Answered(object("{'a':1}")), client.post(address, body(1), LONG));
      }
    }
  }

  @Test
  void hugeAnswersAreNotRead() throws Exception {
    var why =
        answerTo(
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{\"a\":\"" + "x".repeat(1000));
    assertTrue(why.endsWith("the answer has more than 16777216 bytes"), why);
    var endless = "ffffff\r\n" + "x".repeat(0xffffff) + "\r\n";
    why = answerTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + endless + endless);
    assertTrue(why.endsWith("the answer has more than 16777216 bytes"), why);
    why = answerTo("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n{}");
    assertTrue(why.endsWith("server response headers exceeded 65536 bytes; aborted"), why);
  }

  private String answerTo(String raw) throws Exception {
    try (var server = WebhookServer.start((_, _) -> new Reply.Raw(raw), "127.0.0.1")) {
      return failure(WebhookAddress.of(server.clientConfig("/")));
    }
  }

  private String failure(WebhookAddress address) {
    return assertInstanceOf(WebhookAnswer.Failed.class, client.post(address, body(0), LONG)).why();
  }

  private void service(String port) {
    view.put(
        "",
        "services",
        object(
            "{'metadata':{'name':'hook','namespace':'tools'},'spec':{'ports':[{'port':%s}]}}"
                .formatted(port)));
  }

  private void slice(String name, int port, String conditions) {
    view.put(
        "discovery.k8s.io",
        "endpointslices",
        object(
            ("{'metadata':{'name':'%s','namespace':'tools','labels':{'kubernetes.io/service-name':"
                    + "'hook'}},'addressType':'IPv4','endpoints':[{'addresses':['127.0.0.1'],"
                    + "'conditions':%s}],'ports':[{'name':'','port':%d}]}")
                .formatted(name, conditions, port)));
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ObjectNode body(int number) {
    return Json.object().put("number", number);
  }

  private static ObjectNode object(String json) {
    return MemoryView.tree(json);
  }
}
