package dev.nauarch.launcher.server;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.nodeagent.network.NetworkOptions;
import dev.nauarch.nodeagent.network.RoutedNetwork;
import dev.nauarch.nodeagent.runtime.Remains;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;

/** Takes away what a stopped cluster leaves on the machine. */
public final class NodeCleanup {

  private NodeCleanup() {}

  /** Ends the cluster's pods and removes their network. */
  public static void run(ClusterHome home, ClusterHome.State state)
      throws IOException, InterruptedException {
    Remains.remove("nauarch-" + home.tag(state.name()) + "-", home.directory());
    if (!state.podCidr().isEmpty() && Machine.hasPodNetwork()) {
      RoutedNetwork.remove(network(home, state));
    }
  }

  /** Ends the pods of a node that has joined a cluster, and removes their network. */
  public static void run(ClusterHome home, JoinedNode joined)
      throws IOException, InterruptedException {
    Remains.remove("nauarch-" + home.tag(joined.name()) + "-", home.directory());
    RoutedNetwork.remove(network(home, joined));
  }

  /** Removes a cluster's home. */
  public static void purge(ClusterHome home) throws IOException {
    if (!Files.exists(home.directory())) {
      return;
    }
    try (var paths = Files.walk(home.directory())) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The network of a node that has joined a cluster. */
  static NetworkOptions network(ClusterHome home, JoinedNode joined) {
    return new NetworkOptions(
        home.tag(joined.name()),
        joined.network().podCidr(),
        joined.network().nodeCidr(),
        joined.network().serviceCidr(),
        "cluster.local",
        home.addresses());
  }

  /** The network of the cluster's node on this machine. */
  static NetworkOptions network(ClusterHome home, ClusterHome.State state) {
    var choice = NetworkChoice.of(state.podCidr(), state.serviceCidr());
    return new NetworkOptions(
        home.tag(state.name()),
        choice.podCidr(),
        choice.nodeCidr(),
        choice.serviceCidr(),
        "cluster.local",
        home.addresses());
  }
}
