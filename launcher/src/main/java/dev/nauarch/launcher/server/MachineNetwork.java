package dev.nauarch.launcher.server;

import dev.nauarch.client.ClusterClient;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.nodeagent.HostNetwork;
import dev.nauarch.nodeagent.PodNetwork;
import dev.nauarch.nodeagent.dns.DnsServer;
import dev.nauarch.nodeagent.network.HealthPorts;
import dev.nauarch.nodeagent.network.HostPortWatch;
import dev.nauarch.nodeagent.network.LoopbackProxy;
import dev.nauarch.nodeagent.network.NetworkOptions;
import dev.nauarch.nodeagent.network.NodeBalancer;
import dev.nauarch.nodeagent.network.NodeRoutes;
import dev.nauarch.nodeagent.network.RoutedNetwork;
import dev.nauarch.nodeagent.network.ServiceProxy;
import dev.nauarch.nodeagent.network.ServiceWatch;
import dev.nauarch.nodeagent.network.policy.GuardedNetwork;
import dev.nauarch.nodeagent.network.policy.PolicyGate;
import dev.nauarch.nodeagent.network.policy.PolicyWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pods' network on this machine: namespaces, cluster IPs and cluster DNS where this process may
 * make them; else the host's network, with loopback addresses for pods and services.
 */
public final class MachineNetwork {
  private static final String DOMAIN = "cluster.local";
  private static final int DNS_PORT = 53;
  private static final int HTTPS_PORT = 443;

  private final PodNetwork pods;
  private final PolicyGate gate;
  private final Optional<NetworkOptions> routed;
  private final NetworkChoice choice;
  private final String nodeName;
  private final String address;
  private final List<AutoCloseable> running = new ArrayList<>();

  private MachineNetwork(
      PodNetwork pods,
      PolicyGate gate,
      Optional<NetworkOptions> routed,
      NetworkChoice choice,
      String nodeName,
      String address) {
    this.pods = pods;
    this.gate = gate;
    this.routed = routed;
    this.choice = choice;
    this.nodeName = nodeName;
    this.address = address;
  }

  static MachineNetwork open(ClusterHome home, ClusterHome.State state) throws IOException {
    var choice = NetworkChoice.of(state.podCidr(), state.serviceCidr());
    if (state.podCidr().isEmpty()) {
      var block = Math.floorMod(home.tag(state.name()).hashCode(), 64 * 256);
      var network = HostNetwork.open(home.addresses(), block);
      return new MachineNetwork(
          network, new PolicyGate(), Optional.empty(), choice, Machine.nodeName(), "127.0.0.1");
    }
    var options = NodeCleanup.network(home, state);
    var gate = new PolicyGate();
    return new MachineNetwork(
        new GuardedNetwork(RoutedNetwork.open(options), gate),
        gate,
        Optional.of(options),
        choice,
        Machine.nodeName(),
        state.listen().isEmpty() ? options.gateway() : state.listen());
  }

  /** The network of a machine that has joined a cluster. */
  public static MachineNetwork open(ClusterHome home, JoinedNode joined) throws IOException {
    var options = NodeCleanup.network(home, joined);
    // Nobody may read the pods of all nodes here, so that there are no policies and no gate.
    return new MachineNetwork(
        RoutedNetwork.open(options),
        new PolicyGate(),
        Optional.of(options),
        new NetworkChoice(options.podCidr(), options.nodeCidr(), options.serviceCidr()),
        joined.nodeName(),
        joined.nodeIp());
  }

  /**
   * Starts cluster IPs and cluster DNS, which follow the cluster's Services, and what else a node's
   * network does.
   *
   * @param client reads Services, endpoints and nodes
   * @param ofNode reads the pods of this machine's node
   */
  public void serve(ClusterClient client, ClusterClient ofNode) throws IOException {
    if (routed.isEmpty()) {
      var proxy = new LoopbackProxy();
      running.add(proxy);
      running.add(ServiceWatch.start(client, nodeName, List.of(proxy)));
      return;
    }
    var options = routed.get();
    var listen = new InetSocketAddress(options.gateway(), DNS_PORT);
    var dns = DnsServer.start(listen, DOMAIN, upstreams(options.gateway()));
    running.add(dns);
    var proxy =
        new ServiceProxy(
            options.table(), List.of(options.podCidr()), List.of(options.serviceCidr()));
    var health = new HealthPorts(proxy::isHealthy);
    running.add(health);
    running.add(ServiceWatch.start(client, nodeName, List.of(proxy, dns, health)));
    running.add(HostPortWatch.start(ofNode, nodeName, proxy));
    running.add(NodeRoutes.start(client, nodeName, options));
  }

  /**
   * Starts what one machine of a cluster does: load balancers, and the policies of its own pods.
   *
   * @param client reads all pods and policies, and writes the status of Services
   */
  void govern(ClusterClient client) {
    if (routed.isPresent()) {
      var options = routed.get();
      running.add(NodeBalancer.start(client, address));
      var policies = NetworkOptions.policyTable(options.table());
      running.add(PolicyWatch.start(client, nodeName, policies, gate));
    }
  }

  /** How pods get their place. */
  public PodNetwork pods() {
    return pods;
  }

  /** This node's part of the pods' range; empty where pods share the host's network. */
  String nodeCidr() {
    return routed.map(NetworkOptions::nodeCidr).orElse("");
  }

  /** The node's address, where pods and the API server reach the agent. */
  String nodeAddress() {
    return address;
  }

  /** Where the API server listens for pods. */
  String apiAddress() {
    return nodeAddress();
  }

  /** The addresses that the API server listens on. */
  List<String> listenAddresses() {
    return routed
        .map(options -> Stream.of("127.0.0.1", options.gateway(), address).distinct().toList())
        .orElse(List.of("127.0.0.1"));
  }

  /** The API server's cluster IP. */
  String kubernetesAddress() {
    return choice.kubernetesAddress();
  }

  /** The port of the API server's own Service; without root it can't be the usual 443. */
  int kubernetesPort(int apiPort) {
    return routed.isPresent() ? HTTPS_PORT : apiPort;
  }

  /** The machine's own name servers, but for ours. */
  private static List<InetAddress> upstreams(String own) throws IOException {
    var found = new ArrayList<InetAddress>();
    var file = Path.of("/etc/resolv.conf");
    if (Files.exists(file)) {
      for (var line : Files.readAllLines(file)) {
        var words = line.strip().split("\\s+", -1);
        if (words.length > 1 && words[0].equals("nameserver") && !words[1].equals(own)) {
          found.add(InetAddress.getByName(words[1]));
        }
      }
    }
    return found;
  }

  /** What is to be closed, in this order. */
  public List<AutoCloseable> parts() {
    var parts = new ArrayList<>(running.reversed());
    parts.add(pods);
    return parts;
  }
}
