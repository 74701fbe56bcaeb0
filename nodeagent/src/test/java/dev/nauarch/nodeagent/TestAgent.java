package dev.nauarch.nodeagent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.nodeagent.ServiceAccountTokens.Token;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A whole agent over a cluster that only holds objects, and a client that it believes. */
@SuppressWarnings("NullAway.Init") // set by start
final class TestAgent implements AutoCloseable {
  static final String NODE = "agent-it";

  private final Path directory;
  private final FakeCluster cluster = new FakeCluster();
  private final String name = "it" + ProcessHandle.current().pid();
  private NodeAgent agent;
  private HttpClient http;

  private TestAgent(Path directory) {
    this.directory = directory;
  }

  static TestAgent start(Path directory) throws Exception {
    var test = new TestAgent(directory);
    Files.createDirectories(directory.resolve("agent"));
    test.start("CN=kube-apiserver-kubelet-client,O=system:masters");
    return test;
  }

  private void start(String subject) throws Exception {
    var context = tls(subject);
    var options =
        new NodeAgentOptions(
            NODE,
            "127.0.0.1",
            name,
            directory.resolve("agent"),
            "10.244.7.0/24",
            Map.of("zone", "a"),
            "v1.36.0",
            Optional.empty(),
            "127.0.0.1",
            0,
            context);
    agent =
        NodeAgent.start(
            cluster,
            options,
            HostNetwork.open(directory.resolve("network"), 815),
            (pod, account, audiences, lifetime) -> new Token("token", Instant.now().plus(lifetime)),
            InstantSource.system());
    http =
        HttpClient.newBuilder().sslContext(context).connectTimeout(Duration.ofSeconds(5)).build();
  }

  /** Ends the agent, whose pods run on, and starts another with another identity. */
  void restart(String subject) throws Exception {
    agent.close();
    http.close();
    start(subject);
  }

  FakeCluster cluster() {
    return cluster;
  }

  HttpClient http() {
    return http;
  }

  int port() {
    return agent.port();
  }

  @Override
  public void close() throws IOException {
    for (var pod : agent.pods()) {
      cluster.delete(
          Resources.PODS, ObjectKey.of(pod), new DeleteOptions(OptionalLong.of(0), "", "", ""));
    }
    var deadline = Instant.now().plusSeconds(20);
    while (!agent.pods().isEmpty() && Instant.now().isBefore(deadline)) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    assertTrue(agent.pods().isEmpty(), "pods were left");
    agent.close();
    http.close();
    TestCgroups.remove("nauarch-" + name + "-" + NODE);
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

  Pod run(String pod, String script, String... interactions) throws InterruptedException {
    var interaction = List.of(interactions);
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
            .withStdin(interaction.contains("stdin"))
            .withStdinOnce(interaction.contains("once"))
            .withTty(interaction.contains("tty"))
            .endContainer()
            .endSpec()
            .build());
    return await(pod, p -> !"Pending".equals(p.getStatus().getPhase()));
  }

  Pod await(String pod, Predicate<Pod> until) throws InterruptedException {
    var key = new ObjectKey("default", pod);
    var found = new AtomicReference<Pod>();
    Awaiting.await(
        "pod " + pod + " did not get there",
        () -> {
          cluster
              .get(Resources.PODS, key)
              .filter(seen -> seen.getStatus() != null && until.test(seen))
              .ifPresent(found::set);
          return found.get() != null;
        });
    return found.get();
  }

  HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + agent.port() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
