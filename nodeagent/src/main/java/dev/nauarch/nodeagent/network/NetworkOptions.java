package dev.nauarch.nodeagent.network;

import java.nio.file.Path;

/**
 * The network of one node.
 *
 * @param cluster the cluster's name, which its interfaces, namespaces and tables carry
 * @param podCidr the range of all the cluster's pods, for example {@code 10.244.0.0/16}
 * @param nodeCidr this node's part of it, a /24; its first address is the node's own
 * @param serviceCidr the range of cluster IPs
 * @param domain the cluster's DNS domain
 * @param directory where the addresses in use are written down
 */
public record NetworkOptions(
    String cluster,
    String podCidr,
    String nodeCidr,
    String serviceCidr,
    String domain,
    Path directory) {

  /** What the names of all clusters' node interfaces and pod namespaces begin with. */
  static final String MARK = "nau-";

  /** Checks that the node's range is one this network can give out. */
  public NetworkOptions {
    if (!nodeCidr.matches("\\d+\\.\\d+\\.\\d+\\.0/24")) {
      throw new IllegalArgumentException(
          "node CIDR " + nodeCidr + ": a /24 is needed, for example 10.244.0.0/24");
    }
  }

  /** The node's range up to the last dot. */
  String prefix() {
    return nodeCidr.substring(0, nodeCidr.lastIndexOf('.') + 1);
  }

  /** What the ranges of all nodes begin with: the numbers that the pods' range fixes as a whole. */
  String clusterPrefix() {
    return podCidr.substring(0, podCidr.indexOf('.', podCidr.indexOf('.') + 1) + 1);
  }

  /**
   * The node's own address in the pod network: the pods' gateway and name server, and where they
   * reach the API server and the agent.
   */
  public String gateway() {
    return prefix() + "1";
  }

  /** A short name that no other cluster on this machine has, fit for an interface's name. */
  String tag() {
    return "%06x".formatted(cluster.hashCode() & 0xffffff);
  }

  /** The cluster's table in nftables. */
  public String table() {
    return table(gatewayInterface());
  }

  /** The table of the cluster whose node's address this interface carries. */
  static String table(String gatewayInterface) {
    return "nauarch-" + gatewayInterface.substring(MARK.length());
  }

  /** The table of the policies of the cluster that has this table. */
  public static String policyTable(String table) {
    return table + "-policy";
  }

  /** The interface that carries the node's own address. */
  String gatewayInterface() {
    return MARK + tag();
  }
}
