package dev.nauarch.launcher.server;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.nodeagent.network.RoutedNetwork;
import dev.nauarch.nodeagent.network.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The address ranges of a cluster.
 *
 * @param podCidr the range of all pods, a /16; empty where pods share the machine's network
 * @param nodeCidr this node's part of it, a /24; empty likewise
 * @param serviceCidr the range of cluster IPs
 */
public record NetworkChoice(String podCidr, String nodeCidr, String serviceCidr) {

  /** Ranges by their second number: pods 10.244 to 10.254, services 10.96 to 10.106. */
  private static final int CHOICES = 11;

  private static final int LOOPBACK_CHOICES = 64 * 16;

  /** The node's own address in the pods' range. */
  public String gateway() {
    return nodeCidr.replace("0/24", "1");
  }

  /** The API server's cluster IP: the first of the range. */
  public String kubernetesAddress() {
    return serviceCidr.substring(0, serviceCidr.lastIndexOf('.')) + ".1";
  }

  /**
   * What a cluster has without root: cluster IPs are loopback addresses, a /20 of 127.128.0.0/10.
   *
   * @param tag tells the clusters of a machine apart
   */
  public static NetworkChoice loopback(String tag) {
    var number = Math.floorMod(tag.hashCode(), LOOPBACK_CHOICES);
    return of("", "127." + (128 + number / 16) + "." + number % 16 * 16 + ".0/20");
  }

  /**
   * The first pair of ranges that no route of this machine leads to. What clusters hold whose home
   * is gone is freed first.
   */
  public static NetworkChoice free() throws IOException {
    RoutedNetwork.removeAbandoned();
    var routes = routes();
    var holders = RoutedNetwork.all().values();
    Predicate<String> isFree =
        prefix -> routes.stream().noneMatch(route -> route.startsWith(prefix + "."));
    return IntStream.range(0, CHOICES)
        .filter(i -> isFree.test("10." + (244 + i)) && isFree.test("10." + (96 + i)))
        .mapToObj(NetworkChoice::number)
        .findFirst()
        .orElseThrow(() -> new IOException(allInUse(holders)));
  }

  private static String allInUse(Collection<Path> holders) {
    return holders.stream()
        .map(addresses -> "\n  nau down --home " + ClusterHome.ofAddresses(addresses).directory())
        .collect(
            Collectors.joining(
                "",
                "all of 10.244.0.0/16 to 10.254.0.0/16 are in use on this machine: take a cluster"
                    + " down that you no longer need, or remove its routes",
                ""));
  }

  /** The ranges that a cluster had before. */
  public static NetworkChoice of(String podCidr, String serviceCidr) {
    return new NetworkChoice(podCidr, podCidr.replace("0.0/16", "0.0/24"), serviceCidr);
  }

  private static NetworkChoice number(int i) {
    return of("10." + (244 + i) + ".0.0/16", "10." + (96 + i) + ".0.0/16");
  }

  private static List<String> routes() throws IOException {
    return Tool.run("", "ip", "-4", "route", "show").lines().toList();
  }
}
