package dev.nauarch.nodeagent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.nodeagent.ServiceAccountTokens.Token;
import dev.nauarch.nodeagent.server.RawSocket;
import dev.nauarch.nodeagent.server.SpdyClient;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent: registration, a pod, its logs and commands inside it; needs root. */
class NodeAgentIT {
  private static final String NODE = "agent-it";

  @TempDir Path directory;
  private final FakeCluster cluster = new FakeCluster();
  private final String name = "it" + ProcessHandle.current().pid();
  private NodeAgent agent;
  private SSLContext trusted;
  private HttpClient http;

  @BeforeEach
  void start() throws Exception {
    trusted = tls("CN=kube-apiserver-kubelet-client,O=system:masters");
    var options =
        new NodeAgentOptions(
            NODE,
            "127.0.0.1",
            name,
            Files.createDirectories(directory.resolve("agent")),
            "10.244.7.0/24",
            Map.of("zone", "a"),
            "v1.36.0",
            "127.0.0.1",
            0,
            trusted);
    agent =
        NodeAgent.start(
            cluster,
            options,
            HostNetwork.open(directory.resolve("network"), 815),
            (pod, account, audiences, lifetime) -> new Token("token", Instant.now().plus(lifetime)),
            InstantSource.system());
    http = HttpClient.newBuilder().sslContext(trusted).build();
  }

  @AfterEach
  void stop() throws Exception {
    for (var pod : agent.pods()) {
      cluster.delete(
          Resources.PODS, ObjectKey.of(pod), new DeleteOptions(OptionalLong.of(0), "", "", ""));
    }
    var deadline = Instant.now().plusSeconds(20);
    while (!agent.pods().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(10);
    }
    assertTrue(agent.pods().isEmpty(), "pods were left");
    agent.close();
    http.close();
    dev.nauarch.nodeagent.runtime.process.TestCgroups.remove("nauarch-" + name + "-" + NODE);
  }

  /** One certificate that serves both sides, and is its own authority. */
  private SSLContext tls(String subject) throws Exception {
    var file = directory.resolve("keys.p12");
    Files.deleteIfExists(file);
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                subject,
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    assertEquals(0, keytool.waitFor());
    var store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, "changeit".toCharArray());
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", store.getCertificate("it"));
    var managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), managers.getTrustManagers(), null);
    return context;
  }

  private Pod run(String pod, String script) throws InterruptedException {
    cluster.create(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(pod)
            .endMetadata()
            .withNewSpec()
            .withNodeName(NODE)
            .withRestartPolicy("Never")
            .addNewContainer()
            .withName("main")
            .withImage("host")
            .withCommand("sh", "-c", script)
            .endContainer()
            .endSpec()
            .build());
    return await(pod, p -> !"Pending".equals(p.getStatus().getPhase()));
  }

  private Pod await(String pod, Predicate<Pod> until) throws InterruptedException {
    var deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      var seen = cluster.get(Resources.PODS, new ObjectKey("default", pod));
      if (seen.isPresent() && seen.get().getStatus() != null && until.test(seen.get())) {
        return seen.get();
      }
      Thread.sleep(10);
    }
    throw new AssertionError("pod " + pod + " did not get there");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + agent.port() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theNodeIsRegisteredWithWhatTheMachineHas() throws Exception {
    var deadline = Instant.now().plusSeconds(10);
    var key = new ObjectKey("", NODE);
    while (cluster.get(Resources.LEASES, new ObjectKey("kube-node-lease", NODE)).isEmpty()) {
      assertTrue(Instant.now().isBefore(deadline), "no lease");
      Thread.sleep(10);
    }
    var node = cluster.get(Resources.NODES, key).orElseThrow();
    assertEquals("10.244.7.0/24", node.getSpec().getPodCIDR());
    assertEquals("a", node.getMetadata().getLabels().get("zone"));
    assertEquals(NODE, node.getMetadata().getLabels().get("kubernetes.io/hostname"));
    assertEquals(new Quantity("110"), node.getStatus().getAllocatable().get("pods"));
    assertEquals(
        agent.port(),
        node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort().intValue());
    assertTrue(
        node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
  }

  @Test
  void logsAreReadWholeByTheTailAndWhileTheyGrow() throws Exception {
    run("talk", "echo one; echo two; sleep 0.5; echo three");
    var followed = get("/containerLogs/default/talk/main?follow=true");
    assertEquals("one\ntwo\nthree\n", followed.body());
    assertEquals("three\n", get("/containerLogs/default/talk/main?tailLines=1").body());
    assertEquals("one\nt", get("/containerLogs/default/talk/main?limitBytes=5").body());
    var stamped = get("/containerLogs/default/talk/main?timestamps=true&tailLines=1").body();
    assertTrue(stamped.matches("\\d{4}-[0-9T:.-]+Z three\n"), stamped);
    assertEquals(400, get("/containerLogs/default/talk/main?previous=true").statusCode());
    assertEquals(400, get("/containerLogs/default/talk/main?tailLines=x").statusCode());
    assertTrue(get("/pods").body().contains("\"talk\""));
    assertEquals("ok", get("/healthz").body());
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
    return http.newWebSocketBuilder()
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
    run("busy", "sleep 1000");
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
    run("busy", "sleep 1000");
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
    var address = InetAddress.ofLiteral(run("busy", "sleep 1000").getStatus().getPodIP());
    try (var server = new ServerSocket(0, 1, address);
        var spdy = new SpdyClient();
        var tunnel =
            RawSocket.open(
                http.sslContext(),
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
    run("busy", "sleep 1000");
    var channels = new Channels();
    var script = "read+x;stty+size";
    var socket = open("command=sh&command=-c&command=" + script + "&stdin=1&tty=1", channels);
    send(socket, 4, "{\"Width\":99,\"Height\":33}");
    send(socket, 0, "\n");
    assertTrue(channels.closed.await(10, TimeUnit.SECONDS), "the connection stayed open");
    assertTrue(channels.text(1).contains("33 99"), channels.text(1));
    assertTrue(channels.text(3).contains("Success"), channels.text(3));
  }

  @Test
  void aCallerWhoDoesNotActForTheApiServerIsRefused() throws Exception {
    assertEquals(200, get("/healthz").statusCode());
    // The agent's own identity is trusted by nobody but itself; another subject makes the case.
    agent.close();
    trusted = tls("CN=system:node:other,O=system:nodes");
    http.close();
    start(trusted);
    http =
        HttpClient.newBuilder().sslContext(trusted).connectTimeout(Duration.ofSeconds(5)).build();
    assertEquals(403, get("/pods").statusCode());
  }

  private void start(SSLContext context) throws Exception {
    var options =
        new NodeAgentOptions(
            NODE,
            "127.0.0.1",
            name,
            directory.resolve("agent"),
            "",
            Map.of(),
            "v1.36.0",
            "127.0.0.1",
            0,
            context);
    agent =
        NodeAgent.start(
            cluster,
            options,
            HostNetwork.open(directory.resolve("network"), 815),
            (pod, account, audiences, lifetime) -> {
              throw new IllegalStateException("no pod of this test wants " + List.of(account));
            },
            InstantSource.system());
  }
}
