package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The nftables rules of a cluster's services, as one script that replaces the whole table in one
 * transaction. Pure: the same services give the same text.
 *
 * <p>A connection to a cluster IP or node port goes to one of the ready endpoints at random; one
 * without ready endpoints is refused at once, as kube-proxy does, so that callers need not wait for
 * a time-out. Where nobody is ready, endpoints that are ending and still serve take its place;
 * where traffic is to stay on the machine, only the machine's own endpoints count. A pod that
 * reaches itself through its Service is masqueraded, or it would answer itself past the
 * translation; so is what leaves the cluster.
 */
public final class ServiceRules {
  private final String table;
  private final String podCidr;
  private final StringBuilder chains = new StringBuilder();
  private final List<String> clusterIps = new ArrayList<>();
  private final List<String> nodePorts = new ArrayList<>();
  private final List<String> refusedIps = new ArrayList<>();
  private final TreeSet<String> hairpins = new TreeSet<>();
  private int chainCount;

  private ServiceRules(String table, String podCidr) {
    this.table = table;
    this.podCidr = podCidr;
  }

  /**
   * The script for {@code nft -f -}.
   *
   * @param table the name of the cluster's own table
   * @param podCidr the range of all the cluster's pods
   * @param services what to serve
   */
  public static String script(String table, String podCidr, ClusterServices services) {
    var rules = new ServiceRules(table, podCidr);
    for (var entry : services.servicesByKey().values()) {
      for (var port : entry.ports()) {
        rules.addPort(entry, port);
      }
    }
    return rules.text();
  }

  /** The script that takes the table away, whether it is there or not. */
  public static String removal(String table) {
    return "table ip " + table + "\ndelete table ip " + table + "\n";
  }

  private void addPort(Entry entry, Port port) {
    if (entry.clusterIp().isEmpty()) {
      return;
    }
    var address = entry.clusterIp().get() + " . " + port.protocol() + " . " + port.port();
    var inside = entry.targets(port, entry.locality().inside());
    var outside = entry.targets(port, entry.locality().outside());
    var chain = inside.isEmpty() ? "" : addChain(port, inside);
    if (inside.isEmpty()) {
      refusedIps.add(address);
    } else {
      clusterIps.add(address + " : goto " + chain);
    }
    if (port.nodePort() != 0 && !outside.isEmpty()) {
      var outer = outside.equals(inside) ? chain : addChain(port, outside);
      nodePorts.add(port.protocol() + " . " + port.nodePort() + " : goto " + outer);
    }
  }

  /** The chain that spreads one port over its endpoints. */
  private String addChain(Port port, List<Endpoint> endpoints) {
    var chain = "service-" + chainCount++;
    var targets = new ArrayList<String>();
    for (var index = 0; index < endpoints.size(); index++) {
      var endpoint = endpoints.get(index);
      var target = chain + "-" + index;
      targets.add(index + " : goto " + target);
      hairpins.add(endpoint.address() + " . " + endpoint.address());
      chains.append(
          "  chain %s {\n    meta l4proto %s dnat to %s:%d\n  }\n"
              .formatted(
                  target,
                  port.protocol(),
                  endpoint.address(),
                  endpoint.portByName().get(port.name())));
    }
    chains.append(
        "  chain %s {\n    numgen random mod %d vmap { %s }\n  }\n"
            .formatted(chain, endpoints.size(), String.join(", ", targets)));
    return chain;
  }

  private String text() {
    return removal(table)
        + "table ip "
        + table
        + " {\n"
        + map("cluster-ips", "ipv4_addr . inet_proto . inet_service", clusterIps)
        + map("node-ports", "inet_proto . inet_service", nodePorts)
        + set("refused", "ipv4_addr . inet_proto . inet_service", refusedIps)
        + set("hairpins", "ipv4_addr . ipv4_addr", List.copyOf(hairpins))
        + chains
        + """
          chain services {
            ip daddr . meta l4proto . th dport vmap @cluster-ips
            fib daddr type local meta l4proto . th dport vmap @node-ports
          }
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
            jump services
          }
          chain output {
            type nat hook output priority -100; policy accept;
            jump services
          }
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            ct status dnat ip saddr . ip daddr @hairpins masquerade
            ip saddr %1$s ip daddr != %1$s masquerade
          }
          chain forwarded {
            type filter hook forward priority filter - 5; policy accept;
            ip daddr . meta l4proto . th dport @refused reject
          }
          chain sent {
            type filter hook output priority filter - 5; policy accept;
            ip daddr . meta l4proto . th dport @refused reject
          }
        }
        """
            .formatted(podCidr);
  }

  private static String map(String name, String keys, List<String> elements) {
    return "  map " + name + " {\n    type " + keys + " : verdict\n" + elements(elements) + "  }\n";
  }

  private static String set(String name, String keys, List<String> elements) {
    return "  set " + name + " {\n    type " + keys + "\n" + elements(elements) + "  }\n";
  }

  private static String elements(List<String> elements) {
    return elements.isEmpty() ? "" : "    elements = { " + String.join(", ", elements) + " }\n";
  }
}
