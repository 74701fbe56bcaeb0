package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over a connection of HTTP/2, frame by frame (RFC 9113). */
@SuppressWarnings("NullAway.Init") // set before each test
class Http2Test {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int PATIENCE_MS = 20_000;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int RECEIVE_BUFFER_BYTES = 8_192;
  private static final int NO_LIMIT = Integer.MAX_VALUE - 0xFFFF;

  private TestServer server;
  private SSLSocket socket;
  private DataInputStream in;
  private OutputStream out;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    server = TestServer.start(directory);
    var url = URI.create(server.url());
    var sockets = server.client().sslContext().getSocketFactory();
    // Small, so that the server must wait for a client that reads late.
    var plain = new Socket();
    plain.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    plain.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    socket = (SSLSocket) sockets.createSocket(plain, url.getHost(), url.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(PATIENCE_MS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    var hello = new ByteArrayOutputStream();
    hello.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    var frames = new DataOutputStream(hello);
    frame(frames, SETTINGS, 0, 0, 6);
    frames.writeShort(INITIAL_WINDOW_SIZE);
    frames.writeInt(NO_LIMIT);
    frame(frames, WINDOW_UPDATE, 0, 0, 4);
    frames.writeInt(NO_LIMIT);
    out.write(hello.toByteArray());
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    server.close();
  }

  @Test
  void requestsThatComeTogetherAreAllAnswered() throws Exception {
    create("small", 10);
    create("large", 20_000);
    var requests = new ByteArrayOutputStream();
    for (var stream = 1; stream < 200; stream += 2) {
      get(requests, stream, MAPS + (stream % 4 == 1 ? "/small" : "/large"));
    }
    out.write(requests.toByteArray());
    var bodies = answers(100);
    var small = bodies.get(1);
    var large = bodies.get(3);
    bodies.forEach((stream, body) -> assertEquals(stream % 4 == 1 ? small : large, body));
    assertEquals(body("small"), small);
    assertEquals(body("large"), large);
  }

  @Test
  void aClientThatReadsLateGetsEverything() throws Exception {
    create("large", 12_000);
    var requests = new ByteArrayOutputStream();
    for (var stream = 1; stream < 1980; stream += 2) {
      get(requests, stream, MAPS + "/large");
    }
    out.write(requests.toByteArray());
    get(out, 1981, MAPS + "/large");
    var expected = body("large");
    answers(991).forEach((stream, body) -> assertEquals(expected, body));
  }

  @Test
  void aWriteThatTakesItsTimeIsAnsweredBesideReads() throws Exception {
    create("a", 10);
    for (var stream = 1; stream < 400; stream += 4) {
      get(out, stream, MAPS + "/a");
      // Deleting what is not there goes through another thread.
      request(out, stream + 2, "DELETE", MAPS + "/b");
    }
    var bodies = answers(200);
    var found = body("a");
    bodies.forEach((stream, body) -> assertEquals(stream % 4 == 1, body.equals(found), body));
  }

  private void create(String name, int length) throws Exception {
    var text = "x".repeat(length);
    var map = "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"text\":\"" + text + "\"}}";
    assertEquals(201, server.send("POST", MAPS, map).statusCode());
  }

  private String body(String name) throws Exception {
    return server.send("GET", MAPS + "/" + name, "").body();
  }

  private static void get(OutputStream to, int stream, String path) throws IOException {
    request(to, stream, "GET", path);
  }

  /** A request whose headers are not compressed but for those with an index of their own. */
  private static void request(OutputStream to, int stream, String method, String path)
      throws IOException {
    var block = new ByteArrayOutputStream();
    literal(block, 2, method);
    block.write(0x87); // the scheme is https
    literal(block, 4, path);
    literal(block, 1, "localhost");
    var bytes = new ByteArrayOutputStream();
    frame(new DataOutputStream(bytes), HEADERS, END_STREAM | END_HEADERS, stream, block.size());
    bytes.write(block.toByteArray());
    to.write(bytes.toByteArray());
  }

  private static void literal(ByteArrayOutputStream block, int index, String value)
      throws IOException {
    block.write(index);
    block.write(value.length());
    block.write(value.getBytes(StandardCharsets.US_ASCII));
  }

  private static void frame(DataOutputStream to, int type, int flags, int stream, int length)
      throws IOException {
    to.writeByte(length >> 16);
    to.writeShort(length);
    to.writeByte(type);
    to.writeByte(flags);
    to.writeInt(stream);
  }

  /** Reads until so many answers are whole. */
  private Map<Integer, String> answers(int count) throws IOException {
    var open = new TreeMap<Integer, ByteArrayOutputStream>();
    var whole = new TreeMap<Integer, String>();
    while (whole.size() < count) {
      var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      var type = in.readByte();
      var flags = in.readByte();
      var stream = in.readInt();
      var payload = in.readNBytes(length);
      if (type == GO_AWAY) {
        throw new IOException("the server refuses: " + new String(payload, StandardCharsets.UTF_8));
      }
      var body = open.computeIfAbsent(stream, s -> new ByteArrayOutputStream());
      if (type == DATA) {
        body.write(payload);
      }
      if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
        whole.put(stream, body.toString(StandardCharsets.UTF_8));
      }
    }
    return whole;
  }
}
