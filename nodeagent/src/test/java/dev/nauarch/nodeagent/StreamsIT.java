package dev.nauarch.nodeagent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.server.RawSocket;
import dev.nauarch.nodeagent.server.SpdyClient;
import dev.nauarch.nodeagent.server.SpdySession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in containers, containers that somebody is attached to, and ports, over the wire. */
@SuppressWarnings("NullAway.Init") // set before each test
class StreamsIT {
  @TempDir Path directory;
  private TestAgent agent;

  @BeforeEach
  void start() throws Exception {
    agent = TestAgent.start(directory);
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
  }

  /** Collects a command's channels. */
  private static final class Channels implements WebSocket.Listener {
    private final List<ByteArrayOutputStream> content =
        Stream.generate(ByteArrayOutputStream::new).limit(4).toList();
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      var channel = data.get();
      var bytes = new byte[data.remaining()];
      data.get(bytes);
      content.get(channel).writeBytes(bytes);
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.countDown();
      return null;
    }

    String text(int channel) {
      return content.get(channel).toString(StandardCharsets.UTF_8);
    }
  }

  private WebSocket open(String query, Channels channels) {
    return open("v5.channel.k8s.io", query, channels);
  }

  private WebSocket open(String protocol, String query, Channels channels) {
    return agent
        .http()
        .newWebSocketBuilder()
        .subprotocols("unknown.channel.k8s.io", protocol)
        .buildAsync(
            URI.create("wss://127.0.0.1:" + agent.port() + "/exec/default/busy/main?" + query),
            channels)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private static void send(WebSocket socket, int channel, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var message = ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes).flip();
    socket.sendBinary(message, true).join();
  }

  @Test
  void aCommandTalksOverChannelsAndReportsItsExitCode() throws Exception {
    agent.run("busy", "sleep 1000");
    var channels = new Channels();
    var socket =
        open(
            "command=sh&command=-c&command=cat;echo+bad+%3E%262;exit+7"
                + "&stdin=true&stdout=true&stderr=true",
            channels);
    assertEquals("v5.channel.k8s.io", socket.getSubprotocol());
    send(socket, 0, "typed");
    send(socket, 255, "\0");
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    assertEquals("typed", channels.text(1));
    assertEquals("bad\n", channels.text(2));
    assertTrue(channels.text(3).contains("\"NonZeroExitCode\""), channels.text(3));
    assertTrue(channels.text(3).contains("\"message\":\"7\""), channels.text(3));
  }

  @Test
  void anOlderClientTalksInTextMessages() throws Exception {
    agent.run("busy", "sleep 1000");
    var channels = new Channels();
    var socket =
        open(
            "v4.channel.k8s.io",
            "command=sh&command=-c&command=read+x;read+y;echo+$x$y&stdin=true&stdout=true",
            channels);
    assertEquals("v4.channel.k8s.io", socket.getSubprotocol());
    socket.sendText("\0one\n", true).join();
    socket.sendText("\0two\n", true).join();
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    assertEquals("onetwo\n", channels.text(1));
    assertTrue(channels.text(3).contains("Success"), channels.text(3));
  }

  @Test
  void thePortsOfAPodAreReachedThroughATunnel() throws Exception {
    var address = InetAddress.ofLiteral(agent.run("busy", "sleep 1000").getStatus().getPodIP());
    try (var server = new ServerSocket(0, 1, address);
        var spdy = new SpdyClient();
        var tunnel =
            RawSocket.open(
                agent.http().sslContext(),
                agent.port(),
                "/portForward/default/busy",
                "SPDY/3.1+portforward.k8s.io")) {
      connect(tunnel, spdy, 1, 1);
      var refusal = text(tunnel.receive(), 1);
      assertTrue(refusal.matches("error forwarding port 1 to pod busy, .* refused"), refusal);
      assertEquals("", text(tunnel.receive(), 3));
      connect(tunnel, spdy, 5, server.getLocalPort());
      try (var accepted = server.accept()) {
        tunnel.send(SpdyClient.data(7, "ping"));
        assertEquals("ping", new String(accepted.getInputStream().readNBytes(4), US_ASCII));
        accepted.getOutputStream().write("pong".getBytes(US_ASCII));
        assertEquals("pong", text(tunnel.receive(), 7));
      }
      assertEquals("", text(tunnel.receive(), 5));
      assertEquals("", text(tunnel.receive(), 7));
    }
  }

  /** Asks for a connection over two streams: one for errors, and the next for data. */
  private static void connect(RawSocket tunnel, SpdyClient spdy, int stream, int port)
      throws IOException {
    for (var type : new String[] {"error", "data"}) {
      var opened = type.equals("error") ? stream : stream + 2;
      var headers = Map.of("streamtype", type, "port", "" + port, "requestid", "" + stream);
      tunnel.send(spdy.open(opened, headers));
      var reply = tunnel.receive();
      assertEquals(0x80030002, reply.getInt());
      assertEquals(opened, reply.getInt(8));
    }
  }

  /** What a frame of a stream holds. */
  private static String text(ByteBuffer frame, int stream) {
    assertEquals(stream, frame.getInt());
    frame.getInt();
    return US_ASCII.decode(frame).toString();
  }

  @Test
  void aTerminalTakesItsSizeFromTheOtherSide() throws Exception {
    agent.run("busy", "sleep 1000");
    var channels = new Channels();
    var script = "read+x;stty+size";
    var socket =
        open("command=sh&command=-c&command=" + script + "&stdin=1&stdout=1&tty=1", channels);
    send(socket, 4, "{\"Width\":99,\"Height\":33}");
    send(socket, 0, "\n");
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    assertTrue(channels.text(1).contains("33 99"), channels.text(1));
    assertTrue(channels.text(3).contains("Success"), channels.text(3));
  }

  private WebSocket attach(String protocol, String query, Channels channels) {
    return agent
        .http()
        .newWebSocketBuilder()
        .subprotocols(protocol)
        .buildAsync(
            URI.create("wss://127.0.0.1:" + agent.port() + "/attach/default/busy/main?" + query),
            channels)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private static void awaitText(Channels channels, int channel, String text) throws Exception {
    Awaiting.await(
        "no " + text + " in channel " + channel, () -> channels.text(channel).contains(text));
  }

  @Test
  void whoIsAttachedTalksWithTheContainerItselfUntilItEnds() throws Exception {
    agent.run("busy", "while read x; do echo got $x; echo err $x >&2; done; echo over", "stdin");
    var channels = new Channels();
    var first = attach("v5.channel.k8s.io", "stdin=true&stdout=true&stderr=true", channels);
    send(first, 0, "one\n");
    awaitText(channels, 1, "got one\n");
    awaitText(channels, 2, "err one\n");
    first.sendClose(1000, "").join();
    // Whoever leaves takes nothing with them: the next one goes on.
    var others = new Channels();
    var second = attach("v4.channel.k8s.io", "stdin=true&stdout=true&stderr=true", others);
    send(second, 0, "two\n");
    awaitText(others, 1, "got two\n");
    assertEquals("got one\n", channels.text(1));
    assertTrue(agent.get("/containerLogs/default/busy/main").body().contains("got two"));
  }

  @Test
  void theInputOfOneSessionEndsWithIt() throws Exception {
    agent.run("busy", "cat; echo over", "stdin", "once");
    var channels = new Channels();
    var first = attach("v5.channel.k8s.io", "stdin=true&stdout=true", channels);
    send(first, 0, "hello\n");
    awaitText(channels, 1, "hello\n");
    first.sendClose(1000, "").join();
    agent.await("busy", pod -> "Succeeded".equals(pod.getStatus().getPhase()));
    assertEquals("hello\nover\n", agent.get("/containerLogs/default/busy/main").body());
  }

  @Test
  void whoEndsTheInputHearsTheContainerToItsEnd() throws Exception {
    agent.run("busy", "cat; echo over", "stdin", "once");
    var channels = new Channels();
    var socket = attach("v5.channel.k8s.io", "stdin=true&stdout=true", channels);
    send(socket, 0, "hello\n");
    endInput(socket);
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    assertEquals("hello\nover\n", channels.text(1));
    assertTrue(channels.text(3).contains("Success"), channels.text(3));
  }

  @Test
  void whoEndsTheInputOfAContainerThatTakesMoreLeavesIt() throws Exception {
    agent.run("busy", "while read x; do echo got $x; done", "stdin");
    var channels = new Channels();
    var socket = attach("v5.channel.k8s.io", "stdin=true&stdout=true", channels);
    send(socket, 0, "one\n");
    awaitText(channels, 1, "got one\n");
    endInput(socket);
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    var others = new Channels();
    send(attach("v5.channel.k8s.io", "stdin=true&stdout=true", others), 0, "two\n");
    awaitText(others, 1, "got two\n");
  }

  private static void endInput(WebSocket socket) {
    socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, 0}), true).join();
  }

  @Test
  void aContainerHasATerminalThatTakesItsSize() throws Exception {
    agent.run(
        "busy", "tty; while read x; do stty size; [ $x = end ] && exit 3; done", "stdin", "tty");
    var channels = new Channels();
    var socket = attach("v5.channel.k8s.io", "stdin=true&stdout=true&tty=true", channels);
    send(socket, 4, "{\"Width\":99,\"Height\":33}");
    send(socket, 0, "go\n");
    awaitText(channels, 1, "33 99");
    send(socket, 4, "{\"Width\":-1,\"Height\":\"x\"}");
    send(socket, 4, "no JSON");
    send(socket, 0, "end\n");
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    assertTrue(channels.text(3).contains("Success"), channels.text(3));
    var ended = agent.await("busy", pod -> "Failed".equals(pod.getStatus().getPhase()));
    var state = ended.getStatus().getContainerStatuses().getFirst().getState();
    assertEquals(3, state.getTerminated().getExitCode().intValue());
    var log = agent.get("/containerLogs/default/busy/main").body();
    assertTrue(log.startsWith("/dev/pts/"), log);
  }

  @Test
  void textInBase64IsSpokenToo() throws Exception {
    agent.run("busy", "sleep 1000");
    var texts = new LinkedBlockingQueue<String>();
    var socket =
        agent
            .http()
            .newWebSocketBuilder()
            .subprotocols("base64.channel.k8s.io")
            .buildAsync(
                URI.create(
                    "wss://127.0.0.1:"
                        + agent.port()
                        + "/exec/default/busy/main?command=sh&command=-c&command=read+x;echo+$x;"
                        + "exit+4&stdin=true&stdout=true"),
                new WebSocket.Listener() {
                  @Override
                  public @Nullable CompletionStage<?> onText(
                      WebSocket from, CharSequence data, boolean last) {
                    texts.add(data.toString());
                    from.request(1);
                    return null;
                  }
                })
            .join();
    socket
        .sendText("0" + Base64.getEncoder().encodeToString("hi\n".getBytes(US_ASCII)), true)
        .join();
    assertEquals("1aGkK", texts.poll(10, TimeUnit.SECONDS));
    var failure = texts.poll(10, TimeUnit.SECONDS);
    assertEquals(
        "3command terminated with non-zero exit code: exit status 4",
        "3" + new String(Base64.getDecoder().decode(failure.substring(1)), US_ASCII));
  }

  @Test
  void aCommandHasAStreamForEachChannelOverSpdy() throws Exception {
    agent.run("busy", "sleep 1000");
    var path =
        "/exec/default/busy/main?command=sh&command=-c&command=cat;echo+bad+%3E%262;exit+7"
            + "&stdin=true&stdout=true&stderr=true";
    try (var spdy =
        SpdySession.open(agent.http().sslContext(), agent.port(), path, "v4.channel.k8s.io")) {
      openAll(spdy);
      spdy.send(3, "typed", true);
      spdy.readToEnd();
      assertEquals("typed", spdy.text(5));
      assertEquals("bad\n", spdy.text(7));
      assertTrue(spdy.text(1).contains("\"message\":\"7\""), spdy.text(1));
    }
    try (var old =
        SpdySession.open(agent.http().sslContext(), agent.port(), path, "channel.k8s.io")) {
      openAll(old);
      old.send(3, "", true);
      old.readToEnd();
      assertEquals("command terminated with non-zero exit code: exit status 7", old.text(1));
    }
    var refusal =
        assertThrows(
            IOException.class,
            () ->
                SpdySession.open(
                    agent.http().sslContext(), agent.port(), path, "v9.channel.k8s.io"));
    var said = String.valueOf(refusal.getMessage());
    assertTrue(said.startsWith("HTTP/1.1 403 "), said);
    assertTrue(said.contains("unable to negotiate protocol"), said);
  }

  private static void openAll(SpdySession spdy) throws IOException {
    spdy.open(1, Map.of("streamtype", "error"));
    spdy.open(3, Map.of("streamtype", "stdin"));
    spdy.open(5, Map.of("streamtype", "stdout"));
    spdy.open(7, Map.of("streamtype", "stderr"));
  }

  @Test
  void aTerminalOverSpdyTakesItsSizeFromAStream() throws Exception {
    agent.run("busy", "sleep 1000");
    var path =
        "/exec/default/busy/main?command=sh&command=-c&command=read+x;stty+size&stdin=1&stdout=1&tty=1";
    try (var spdy =
        SpdySession.open(agent.http().sslContext(), agent.port(), path, "v4.channel.k8s.io")) {
      spdy.open(1, Map.of("streamtype", "error"));
      spdy.open(3, Map.of("streamtype", "stdin"));
      spdy.open(5, Map.of("streamtype", "stdout"));
      spdy.open(7, Map.of("streamtype", "resize"));
      spdy.send(7, "{\"Width\":77,\"Height\":22}\n", false);
      spdy.send(3, "\n", false);
      spdy.readToEnd();
      assertTrue(spdy.text(5).contains("22 77"), spdy.text(5));
      assertTrue(spdy.text(1).contains("Success"), spdy.text(1));
    }
  }

  @Test
  void thePortsOfAPodAreReachedOverSpdyAndOverChannels() throws Exception {
    var address = InetAddress.ofLiteral(agent.run("busy", "sleep 1000").getStatus().getPodIP());
    try (var server = new ServerSocket(0, 1, address)) {
      var path = "/portForward/default/busy";
      try (var spdy =
          SpdySession.open(agent.http().sslContext(), agent.port(), path, "portforward.k8s.io")) {
        var port = "" + server.getLocalPort();
        spdy.open(1, Map.of("streamtype", "error", "port", port, "requestid", "0"));
        spdy.open(3, Map.of("streamtype", "data", "port", port, "requestid", "0"));
        spdy.send(3, "ping", false);
        try (var accepted = server.accept()) {
          assertEquals("ping", new String(accepted.getInputStream().readNBytes(4), US_ASCII));
          accepted.getOutputStream().write("pong".getBytes(US_ASCII));
        }
        spdy.readUntil(3);
        assertEquals("pong", spdy.text(3));
      }
      var query = "?ports=" + server.getLocalPort() + "&ports=1";
      try (var channels =
          RawSocket.open(
              agent.http().sslContext(), agent.port(), path + query, "v4.channel.k8s.io")) {
        var told = channels.receive();
        assertEquals(0, told.get());
        assertEquals((short) server.getLocalPort(), told.order(ByteOrder.LITTLE_ENDIAN).getShort());
        assertEquals(1, channels.receive().get());
        channels.send("\0ping".getBytes(US_ASCII));
        try (var accepted = server.accept()) {
          assertEquals("ping", new String(accepted.getInputStream().readNBytes(4), US_ASCII));
          assertEquals(2, channels.receive().get());
          assertEquals(3, channels.receive().get());
          var refusal = channels.receive();
          assertEquals(3, refusal.get());
          assertTrue(US_ASCII.decode(refusal).toString().startsWith("error forwarding port 1 "));
          accepted.getOutputStream().write("pong".getBytes(US_ASCII));
          var answer = channels.receive();
          assertEquals(0, answer.get());
          assertEquals("pong", US_ASCII.decode(answer).toString());
        }
      }
    }
  }

  @Test
  void whatNobodyCanMeetIsRefused() throws Exception {
    agent.run("busy", "sleep 1000");
    assertEquals(400, agent.get("/exec/default/busy/main?command=true").statusCode());
    assertEquals(400, agent.get("/portForward/default/busy").statusCode());
    assertEquals(404, agent.get("/attach/default/busy/none?stdout=1").statusCode());
    assertEquals(404, agent.get("/attach/default/busy").statusCode());
    assertEquals(
        "container \"none\" in pod \"busy\" is not available",
        agent.get("/containerLogs/default/busy/none").body());
  }
}
