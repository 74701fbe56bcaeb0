package dev.nauarch.launcher.server;

import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.nodeagent.NodeAgent;
import dev.nauarch.nodeagent.NodeAgentOptions;
import dev.nauarch.nodeagent.RequestedTokens;
import dev.nauarch.nodeagent.simulated.SimulatedNodes;
import dev.nauarch.nodeagent.volume.LocalFolders;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** This machine as a node of the cluster, and the simulated nodes beside it. */
final class NodeSide {
  private final String name;
  private final String description;
  private final List<AutoCloseable> running;

  private NodeSide(String name, String description, List<AutoCloseable> running) {
    this.name = name;
    this.description = description;
    this.running = running;
  }

  static NodeSide start(
      ServerOptions options,
      ClusterHome.State state,
      ApiSide api,
      MachineNetwork network,
      InstantSource clock)
      throws IOException, InterruptedException {
    var name = Machine.nodeName();
    var client = api.client("system:node:" + name, "system:nodes");
    var agentOptions =
        new NodeAgentOptions(
            name,
            network.nodeAddress(),
            options.home().tag(state.name()),
            options.home().node(),
            network.nodeCidr(),
            Map.of(),
            "v" + options.emulatedVersion() + ".0",
            Optional.empty(),
            network.nodeAddress(),
            0,
            tls(api, name, network));
    var agent =
        NodeAgent.start(client, agentOptions, network.pods(), new RequestedTokens(client), clock);
    var folders = LocalFolders.start(api.client("system:local-folders"), name);
    var description = "process runtime" + (Machine.isRoot() ? "" : "; " + withoutRoot());
    var simulator = api.client("system:simulator");
    var simulated = SimulatedNodes.start(simulator, options.simulation(), clock);
    var count = options.simulation().count();
    return new NodeSide(
        name,
        description + (count == 0 ? "" : "; " + count + " simulated nodes"),
        List.of(agent, folders, simulated));
  }

  /** What to know of a cluster whose server is not root. */
  private static String withoutRoot() {
    return Machine.hasUserNamespaces()
        ? "without root: loopback addresses, no cluster DNS, no limits (nau doctor says more)"
        : "without root and user namespaces: no pod starts (nau doctor says more)";
  }

  /** The agent's certificate, for connections of the API server alone. */
  private static SSLContext tls(ApiSide api, String name, MachineNetwork network)
      throws IOException {
    var certificates = api.certificates();
    var own = certificates.nodeServer(name, List.of(network.nodeAddress()));
    return new TlsIdentity(List.of(own.certificate()), own.key(), certificates.authority())
        .context();
  }

  /** The node's name. */
  String name() {
    return name;
  }

  /** What it is, for people. */
  String description() {
    return description;
  }

  /** What is to be closed, in this order. */
  List<AutoCloseable> parts() {
    return running.reversed();
  }
}
