package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.ClusterDns;
import dev.nauarch.nodeagent.PodAddress;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.PodNetwork;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Ruleset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives every pod a network namespace of its own, joined to the host by a pair of veth interfaces
 * and a route; needs root.
 *
 * <p>There is no bridge: each pod has a /32 address and reaches everything, its neighbours too,
 * through the node's address, so that every packet passes the host's connection tracking and the
 * way back of a translated connection is translated too.
 *
 * <p>The node's address sits on an interface of its own, so that it is there before the first pod
 * and the API server can listen on it: a bridge without ports, which every kernel has where some
 * lack dummy interfaces. Its alias is the directory of the addresses, which tells whose it is. What
 * is attached outlives the agent's process.
 */
public final class RoutedNetwork implements PodNetwork {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path INTERFACES = Path.of("/sys/class/net");

  /** What an alias may be: shorter than IFALIASZ of Linux, and fit for quotes. */
  private static final Pattern ALIAS = Pattern.compile("[^\"\n]{1,255}");

  private final NetworkOptions options;
  private final AddressBlock block;

  private RoutedNetwork(NetworkOptions options, AddressBlock block) {
    this.options = options;
    this.block = block;
  }

  /**
   * Makes the node's address and the routes; what is there already stays.
   *
   * @throws IOException also where another interface leads to the cluster IPs: another cluster took
   *     the range while this one's network was not there
   */
  public static RoutedNetwork open(NetworkOptions options) throws IOException {
    var network =
        new RoutedNetwork(options, AddressBlock.open(options.directory(), options.prefix(), 2));
    var gateway = options.gatewayInterface();
    var route = Tool.run("", "ip", "-4", "route", "show", options.serviceCidr()).strip();
    if (!route.isEmpty() && !route.contains(" dev " + gateway + " ")) {
      throw new IOException(
          "this cluster's range of cluster IPs is in use on this machine: "
              + route
              + "; take down what has it, another cluster perhaps: "
              + all());
    }
    if (!Files.exists(INTERFACES.resolve(gateway))) {
      Tool.run("", "ip", "link", "add", gateway, "type", "bridge");
    }
    var script =
        """
        address replace %1$s/32 dev %2$s
        link set %2$s up
        route replace %3$s dev %2$s src %1$s
        """
            .formatted(options.gateway(), gateway, options.serviceCidr());
    var owner = options.directory().toString();
    var alias =
        ALIAS.matcher(owner).matches() ? "link set " + gateway + " alias \"" + owner + "\"\n" : "";
    Tool.run(script + alias, "ip", "-batch", "-");
    Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
    return network;
  }

  /**
   * Takes the whole network of a cluster away: every pod's namespace, the node's address, the rules
   * in nftables. For {@code nau down} and tests.
   */
  public static void remove(NetworkOptions options) throws IOException {
    var network =
        new RoutedNetwork(options, AddressBlock.open(options.directory(), options.prefix(), 2));
    for (var uid : network.block.uids()) {
      network.detachUid(uid);
    }
    NodeRoutes.remove(options);
    removeNode(options.gatewayInterface(), options.table());
  }

  /**
   * The networks on this machine.
   *
   * @return where the cluster of each keeps its addresses, by the interface with the node's address
   */
  public static Map<String, Path> all() throws IOException {
    var all = new TreeMap<String, Path>();
    try (var interfaces = Files.newDirectoryStream(INTERFACES, NetworkOptions.MARK + "*")) {
      for (var found : interfaces) {
        var alias = Files.readString(found.resolve("ifalias")).strip();
        if (!alias.isEmpty()) {
          all.put(found.getFileName().toString(), Path.of(alias));
        }
      }
    }
    return all;
  }

  /**
   * Takes away the networks of clusters whose directory is gone: no {@link #remove} can come for
   * them any more.
   */
  public static void removeAbandoned() throws IOException {
    for (var network : all().entrySet()) {
      if (Files.notExists(network.getValue())) {
        var gateway = network.getKey();
        for (var namespace : namespaces(gateway)) {
          // Its end of each pair takes the host's end with it.
          Tool.run("", "ip", "netns", "del", namespace);
        }
        removeNode(gateway, NetworkOptions.table(gateway));
      }
    }
  }

  private static List<String> namespaces(String gateway) throws IOException {
    if (Files.notExists(NAMESPACES)) {
      return List.of();
    }
    try (var all = Files.list(NAMESPACES)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(gateway + "-"))
          .toList();
    }
  }

  private static void removeNode(String gateway, String table) throws IOException {
    if (Files.exists(INTERFACES.resolve(gateway))) {
      Tool.run("", "ip", "link", "del", gateway);
    }
    for (var family : Family.values()) {
      removeTable(family, table);
      removeTable(family, NetworkOptions.policyTable(table));
    }
  }

  private static void removeTable(Family family, String table) throws IOException {
    try {
      Tool.run(Ruleset.removal(family, table), "nft", "-f", "-");
    } catch (IOException e) {
      // A kernel without IPv6 has no such tables, and knows no word for them either.
      if (family == Family.IPV4) {
        throw e;
      }
    }
  }

  @Override
  public PodAddress attach(PodIdentity pod) throws IOException {
    var address = block.claim(pod.uid());
    var namespace = NAMESPACES.resolve(namespaceOf(pod.uid()));
    if (!Files.exists(namespace)) {
      try {
        connect(pod.uid(), address);
      } catch (IOException e) {
        detachUid(pod.uid());
        throw e;
      }
    }
    return new PodAddress(address, Optional.of(namespace));
  }

  private void connect(String uid, String address) throws IOException {
    var namespace = namespaceOf(uid);
    var outside =
        """
        netns add %1$s
        link add %2$s type veth peer name eth0 netns %1$s
        link set %2$s up
        address add %3$s/32 dev %2$s
        route replace %4$s/32 dev %2$s
        """
            .formatted(namespace, interfaceOf(uid), options.gateway(), address);
    Tool.run(outside, "ip", "-batch", "-");
    var inside =
        """
        link set lo up
        address add %1$s/32 dev eth0
        link set eth0 up
        route add %2$s/32 dev eth0 scope link
        route add default via %2$s src %1$s
        """
            .formatted(address, options.gateway());
    Tool.run(inside, "ip", "-n", namespace, "-batch", "-");
  }

  @Override
  public void detach(PodIdentity pod) throws IOException {
    detachUid(pod.uid());
  }

  private void detachUid(String uid) throws IOException {
    // The namespace may live on for a moment in a process that ends; the interface must not, or
    // its route would shadow that of the next pod with this address.
    if (Files.exists(INTERFACES.resolve(interfaceOf(uid)))) {
      Tool.run("", "ip", "link", "del", interfaceOf(uid));
    }
    if (Files.exists(NAMESPACES.resolve(namespaceOf(uid)))) {
      Tool.run("", "ip", "netns", "del", namespaceOf(uid));
    }
    block.release(uid);
  }

  @Override
  public void retain(Collection<PodIdentity> living) throws IOException {
    var uids = living.stream().map(PodIdentity::uid).collect(Collectors.toSet());
    for (var uid : block.uids()) {
      if (!uids.contains(uid)) {
        detachUid(uid);
      }
    }
  }

  @Override
  public Optional<ClusterDns> clusterDns() {
    return Optional.of(new ClusterDns(options.gateway(), options.domain()));
  }

  @Override
  public void close() {}

  private String namespaceOf(String uid) {
    return options.gatewayInterface() + "-" + uid;
  }

  /** At most 15 letters, as Linux wants. */
  private String interfaceOf(String uid) {
    return "nau%08x".formatted((options.tag() + uid).hashCode());
  }
}
