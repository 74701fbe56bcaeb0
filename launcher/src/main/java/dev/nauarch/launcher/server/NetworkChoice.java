package dev.nauarch.launcher.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The address ranges of a cluster.
 *
 * @param podCidr the range of all pods, a /16
 * @param nodeCidr this node's part of it, a /24
 * @param serviceCidr the range of cluster IPs, a /16
 */
public record NetworkChoice(String podCidr, String nodeCidr, String serviceCidr) {

  /** Ranges by their second number: pods 10.244 to 10.254, services 10.96 to 10.106. */
  private static final int CHOICES = 11;

  /** The node's own address in the pods' range. */
  public String gateway() {
    return nodeCidr.replace("0/24", "1");
  }

  /** The API server's cluster IP. */
  public String kubernetesAddress() {
    return serviceCidr.replace("0.0/16", "0.1");
  }

  /** The first pair of ranges that no route of this machine leads to. */
  public static NetworkChoice free() throws IOException {
    var routes = routes();
    Predicate<String> isFree =
        prefix -> routes.stream().noneMatch(route -> route.startsWith(prefix + "."));
    return IntStream.range(0, CHOICES)
        .filter(i -> isFree.test("10." + (244 + i)) && isFree.test("10." + (96 + i)))
        .mapToObj(NetworkChoice::number)
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "all of 10.244.0.0/16 to 10.254.0.0/16 are in use on this machine: stop"
                        + " another cluster (nau ls), or remove its routes"));
  }

  /** The ranges that a cluster had before. */
  public static NetworkChoice of(String podCidr, String serviceCidr) {
    return new NetworkChoice(podCidr, podCidr.replace("0.0/16", "0.0/24"), serviceCidr);
  }

  private static NetworkChoice number(int i) {
    return of("10." + (244 + i) + ".0.0/16", "10." + (96 + i) + ".0.0/16");
  }

  private static List<String> routes() throws IOException {
    var process = new ProcessBuilder("ip", "-4", "route", "show").start();
    try (var in = process.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
