package dev.nauarch.launcher.join;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.launcher.server.MachineNetwork;
import dev.nauarch.nodeagent.NodeAgent;
import dev.nauarch.nodeagent.NodeAgentOptions;
import dev.nauarch.nodeagent.RequestedTokens;
import dev.nauarch.nodeagent.credential.CertificateAsker;
import dev.nauarch.nodeagent.credential.RotatingCertificate;
import dev.nauarch.nodeagent.credential.SigningWish;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that runs on a joined machine while its place in the cluster stays the same. */
final class NodeParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeParts.class);
  private static final Duration CERTIFICATE_LIMIT = Duration.ofMinutes(15);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int SAN_IP = 7;

  private final JoinOptions options;
  private final List<X509Certificate> authority;
  private final InstantSource clock;
  private final NodeAgent agent;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  private NodeParts(
      JoinOptions options,
      List<X509Certificate> authority,
      InstantSource clock,
      MachineNetwork network,
      NodeAgent agent) {
    this.options = options;
    this.authority = authority;
    this.clock = clock;
    this.agent = agent;
    network.parts().reversed().forEach(running::push);
    running.push(agent);
  }

  static NodeParts start(
      JoinOptions options,
      JoinedNode joined,
      ClusterClient client,
      List<X509Certificate> authority,
      InstantSource clock)
      throws IOException, InterruptedException {
    var network = MachineNetwork.open(options.home(), joined);
    network.serve(client, client);
    dropServingOfOtherAddress(options);
    var agent =
        NodeAgent.start(
            client,
            new NodeAgentOptions(
                options.nodeName(),
                options.nodeIp(),
                options.home().tag(options.name()),
                options.home().node(),
                "",
                Map.of(),
                joined.network().version(),
                Optional.empty(),
                options.nodeIp(),
                0,
                context(options.serving().read(), authority)),
            network.pods(),
            new RequestedTokens(client),
            clock);
    return new NodeParts(options, authority, clock, network, agent);
  }

  /** Gets the agent a certificate to serve with, once its Node says where it is; renews it. */
  void serve(ClusterClient client) throws IOException {
    var asker = new CertificateAsker(client, CERTIFICATE_LIMIT);
    var wish = SigningWish.serving(options.nodeName(), options.nodeIp());
    running.push(
        RotatingCertificate.start(
            "its own server",
            options.serving(),
            () -> {
              awaitAddress(client);
              return asker.ask(wish);
            },
            identity -> agent.serveWith(context(Optional.of(identity), authority)),
            clock));
  }

  private void awaitAddress(ClusterClient client) throws InterruptedException {
    while (client
        .get(Resources.NODES, new ObjectKey("", options.nodeName()))
        .filter(node -> node.getStatus() != null)
        .stream()
        .flatMap(node -> node.getStatus().getAddresses().stream())
        .noneMatch(each -> each.getAddress().equals(options.nodeIp()))) {
      Thread.sleep(LOOK);
    }
  }

  private static SSLContext context(
      Optional<TlsContexts.Identity> identity, List<X509Certificate> authority) {
    return TlsContexts.of(identity, authority);
  }

  /** A certificate for an address that the machine had before is of no use. */
  private static void dropServingOfOtherAddress(JoinOptions options) throws IOException {
    var kept = options.serving().read();
    if (kept.isPresent() && !covers(kept.get().chain().getFirst(), options.nodeIp())) {
      Files.delete(options.serving().path());
    }
  }

  private static boolean covers(X509Certificate certificate, String address) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .anyMatch(name -> name.get(0).equals(SAN_IP) && address.equals(name.get(1)));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the node did not close", e);
      }
    }
  }
}
