package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over a connection of HTTP/1.1, byte by byte. */
@SuppressWarnings("NullAway.Init") // set before each test
class ConnectionTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int PATIENCE_MS = 10_000;

  private TestServer server;
  private Socket socket;
  private InputStream in;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    server = TestServer.start(directory);
    var url = URI.create(server.url());
    var sockets = server.client().sslContext().getSocketFactory();
    socket = sockets.createSocket(url.getHost(), url.getPort());
    socket.setSoTimeout(PATIENCE_MS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    server.close();
  }

  @Test
  void anEventComesAsAWholeChunkBeforeThereIsAnother() throws Exception {
    ask(MAPS + "?watch=true&timeoutSeconds=3", "localhost");
    assertEquals("HTTP/1.1 200 OK", line());
    skipHeaders();
    for (var name : new String[] {"a", "b"}) {
      var map = "{\"metadata\":{\"name\":\"" + name + "\"}}";
      assertEquals(201, server.send("POST", MAPS, map).statusCode());
      var event = chunk();
      assertTrue(event.startsWith("{\"type\":\"ADDED\"") && event.endsWith("}\n"), event);
      assertTrue(event.contains("\"name\":\"" + name + "\""), event);
    }
    assertEquals("", chunk());
    ask(MAPS, "localhost");
    assertEquals("HTTP/1.1 200 OK", line());
  }

  @Test
  void aWatchOverAWebSocketSendsAMessageForEachEventAndEndsWithItsTime() throws Exception {
    var events = new LinkedBlockingQueue<String>();
    var listener =
        new WebSocket.Listener() {
          private final StringBuilder text = new StringBuilder();

          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket webSocket, CharSequence data, boolean isLast) {
            text.append(data);
            if (isLast) {
              events.add(text.toString());
              text.setLength(0);
            }
            webSocket.request(1);
            return null;
          }

          @Override
          public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("closed with " + code);
            return null;
          }
        };
    var url = server.url().replace("https", "wss") + MAPS + "?watch=true&timeoutSeconds=2";
    server.client().newWebSocketBuilder().buildAsync(URI.create(url), listener).join();
    for (var name : new String[] {"a", "b"}) {
      server.send("POST", MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }
    for (var name : new String[] {"a", "b"}) {
      var event = events.poll(PATIENCE_MS, TimeUnit.MILLISECONDS);
      assertTrue(event.startsWith("{\"type\":\"ADDED\""), event);
      assertTrue(event.contains("\"name\":\"" + name + "\""), event);
    }
    assertEquals("closed with 1000", events.poll(PATIENCE_MS, TimeUnit.MILLISECONDS));
  }

  @Test
  void aHandshakeOfAnotherProtocolIsRefused() throws IOException {
    var headers = new String[] {"Connection: Upgrade", "Upgrade: websocket", "Accept: */*"};
    ask(MAPS + "?watch=true", "localhost", headers);
    assertEquals("HTTP/1.1 400 Bad Request", line());
  }

  @Test
  void aServerIsServedUnderEveryNameThatAClientHasForIt() throws IOException {
    ask(MAPS, "some-tunnel.example.com:8443");
    assertEquals("HTTP/1.1 200 OK", line());
  }

  private void ask(String path, String host, String... headers) throws IOException {
    var lines = String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n");
    var request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  private void skipHeaders() throws IOException {
    while (!line().isEmpty()) {
      // The next one.
    }
  }

  /** What one chunk holds; reads its end too, which may not wait for the next chunk. */
  private String chunk() throws IOException {
    var bytes = in.readNBytes(Integer.parseInt(line(), 16));
    assertEquals("", line());
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (var next = in.read(); next != '\n'; next = in.read()) {
      assertTrue(next >= 0, "the connection ended");
      line.append((char) next);
    }
    assertEquals('\r', line.charAt(line.length() - 1));
    return line.substring(0, line.length() - 1);
  }
}
