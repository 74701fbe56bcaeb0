package dev.nauarch.launcher.join;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.remote.PemKeys;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.RemoteOptions.Credentials;
import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.launcher.server.NodeCleanup;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.launcher.server.ServerLog;
import dev.nauarch.launcher.server.StopSignal;
import dev.nauarch.nodeagent.credential.CertificateAsker;
import dev.nauarch.nodeagent.credential.RotatingCertificate;
import dev.nauarch.nodeagent.credential.SigningWish;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent, the service proxy, the pods' network and the name server of a machine that has joined
 * a cluster, in this process. Its containers and their network outlive it. Where the API server is
 * away, it goes on with what it knew last.
 */
public final class JoinedMachine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JoinedMachine.class);

  /** A quarter of the time that a node's lease is good for. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration READY_LOOK = Duration.ofMillis(100);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration CERTIFICATE_LIMIT = Duration.ofMinutes(15);

  private final JoinOptions options;
  private final Progress progress;
  private final InstantSource clock;
  private final List<X509Certificate> authority;
  private final AtomicReference<TlsContexts.Identity> identity;
  private final RemoteClient client;
  private final RotatingCertificate rotation;

  private JoinedMachine(JoinOptions options, Progress progress, InstantSource clock)
      throws IOException {
    this.options = options;
    this.progress = progress;
    this.clock = clock;
    var pem = Files.readString(options.authority());
    try {
      this.authority = PemKeys.certificates(pem);
    } catch (GeneralSecurityException e) {
      throw new IOException(options.authority() + " can't be read", e);
    }
    this.identity =
        new AtomicReference<>(
            options
                .client()
                .read()
                .orElseThrow(() -> new IOException(options.client().path() + " is missing")));
    this.client =
        RemoteClient.connect(
            new RemoteOptions(
                options.server(),
                Optional.of(pem),
                new Credentials.Rotating(this::identity),
                false,
                TIMEOUT));
    var asker = new CertificateAsker(client, CERTIFICATE_LIMIT);
    this.rotation =
        RotatingCertificate.start(
            "the API server",
            options.client(),
            () -> asker.ask(SigningWish.client(options.nodeName())),
            this::changed,
            clock);
  }

  private TlsContexts.Identity identity() {
    return identity.get();
  }

  private void changed(TlsContexts.Identity next) {
    identity.set(next);
    client.reconnect();
  }

  /** Runs the node until the process is told to stop. */
  public static void runUntilStopped(JoinOptions options, Progress progress)
      throws IOException, InterruptedException {
    var stop = StopSignal.install();
    options.home().create();
    ServerLog.open(options.home().directory());
    try (var machine = new JoinedMachine(options, progress, InstantSource.system())) {
      machine.run(stop);
    } catch (IOException | RuntimeException e) {
      LOG.error("the node can't run", e);
      progress.failed(String.valueOf(e.getMessage()));
      throw e;
    } finally {
      stop.done();
    }
  }

  /** Whenever the cluster gives the node another range for its pods, all of it begins anew. */
  private void run(StopSignal stop) throws IOException, InterruptedException {
    var isFirst = true;
    while (true) {
      var joined = joined();
      try (var parts = NodeParts.start(options, joined, client, authority, clock)) {
        options.home().write(joined);
        parts.serve(client);
        if (isFirst) {
          tellReady(joined);
          isFirst = false;
        }
        if (isStoppedBeforeAnotherRange(stop, joined.network().nodeCidr())) {
          return;
        }
      }
      LOG.warn("This node has another range for its pods; those that were here are taken down");
      NodeCleanup.run(options.home(), joined);
    }
  }

  private void tellReady(JoinedNode joined) throws InterruptedException {
    progress.step("Network", "pods " + joined.network().nodeCidr());
    progress.step(
        "Node", options.nodeName() + (isReadySoon() ? ": Ready" : ": waits for the server"));
    progress.ready(
        """
        This machine is node %s of the cluster at %s.

        Next:  kubectl get nodes      (where the cluster's server is)
        Stop:  nau down --home %s
        """
            .formatted(options.nodeName(), options.server(), options.home().directory()));
  }

  /** Whether the node becomes Ready within a minute; not, where the cluster can't be asked. */
  private boolean isReadySoon() throws InterruptedException {
    var until = System.nanoTime() + READY_LIMIT.toNanos();
    try {
      while (System.nanoTime() < until) {
        var node = client.get(Resources.NODES, new ObjectKey("", options.nodeName()));
        if (node.filter(JoinedMachine::isReady).isPresent()) {
          return true;
        }
        Thread.sleep(READY_LOOK);
      }
    } catch (ApiException e) {
      LOG.warn("The node can't be asked whether it is ready: {}", e.getMessage());
    }
    return false;
  }

  static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"));
  }

  /** This machine's place in the cluster; what it was last, where the cluster can't be asked. */
  private JoinedNode joined() throws IOException, InterruptedException {
    var process = ProcessHandle.current();
    var former = options.home().joined().filter(each -> each.nodeName().equals(options.nodeName()));
    JoinedNode.Network network;
    try {
      network = new Registration(client, options.nodeName()).network(former.isEmpty());
    } catch (ApiException e) {
      LOG.warn("The cluster can't be asked now: {}", e.getMessage());
      network = former.orElseThrow(() -> e).network();
    }
    var joined =
        new JoinedNode(
            options.name(),
            process.pid(),
            process.info().startInstant().orElseThrow(),
            options.server(),
            options.nodeName(),
            options.nodeIp(),
            network);
    if (former.isPresent() && !former.get().network().hasRangesOf(network)) {
      NodeCleanup.run(options.home(), former.get());
    }
    // Before the network is made: nau down finds what was made so far.
    options.home().write(joined);
    return joined;
  }

  private boolean isStoppedBeforeAnotherRange(StopSignal stop, String range)
      throws InterruptedException {
    var wasCutOff = false;
    while (!stop.await(LOOK)) {
      try {
        var node = client.get(Resources.NODES, new ObjectKey("", options.nodeName()));
        if (wasCutOff) {
          // Connections from before may be dead without a word.
          client.reconnect();
          wasCutOff = false;
        }
        var now = node.flatMap(JoinedMachine::rangeOf);
        if (now.isPresent() && !now.get().equals(range)) {
          return false;
        }
      } catch (ApiException e) {
        wasCutOff = true;
      }
    }
    return true;
  }

  static Optional<String> rangeOf(Node node) {
    return node.getSpec() == null
        ? Optional.empty()
        : Optional.ofNullable(node.getSpec().getPodCIDR()).filter(range -> !range.isEmpty());
  }

  @Override
  public void close() {
    rotation.close();
    client.close();
  }
}
