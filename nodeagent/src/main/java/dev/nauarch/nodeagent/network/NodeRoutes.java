package dev.nauarch.nodeagent.network;

import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this machine's routes to the pods of all other nodes, which are reached by way of their
 * nodes: all nodes have to be on one network. Routes that went with an interface come back.
 */
public final class NodeRoutes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRoutes.class);
  private static final Duration QUIET = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);

  private final String self;
  private final NetworkOptions options;
  private final ChangeSignal changed = new ChangeSignal();
  private final Informer<Node> nodes;
  private final Thread thread;

  /** What could not be done, by what it was, so that it is told once. */
  private final Map<String, String> failures = new TreeMap<>();

  private NodeRoutes(ClusterClient client, String self, NetworkOptions options) {
    this.self = self;
    this.options = options;
    this.nodes = Informer.start(client, Resources.NODES, Selection.ALL, changed.listener());
    this.thread = Thread.ofVirtual().name("node-routes").start(this::run);
  }

  /**
   * Starts to keep the routes.
   *
   * @param client may list and watch nodes
   * @param self the name of this machine's node
   */
  public static NodeRoutes start(ClusterClient client, String self, NetworkOptions options) {
    return new NodeRoutes(client, self, options);
  }

  /** Takes the routes of a cluster away. */
  static void remove(NetworkOptions options) throws IOException {
    var none = new TreeMap<String, String>();
    for (var words : RouteTable.changes(present(), none, options.clusterPrefix())) {
      Tool.run("", words.toArray(String[]::new));
    }
  }

  private static Map<String, String> present() throws IOException {
    var protocol = String.valueOf(RouteTable.PROTOCOL);
    return RouteTable.parse(Tool.run("", "ip", "-4", "route", "show", "proto", protocol));
  }

  private void run() {
    try {
      while (!nodes.awaitSynced(FIRST_LIST)) {
        LOG.warn("nodes can't be listed yet; the routes to their pods stay as they are");
      }
      while (!Thread.currentThread().isInterrupted()) {
        bringUpToDate();
        changed.await(QUIET, LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void bringUpToDate() {
    try {
      var wanted = RouteTable.wanted(nodes.all(), self);
      for (var words : RouteTable.changes(present(), wanted, options.clusterPrefix())) {
        change(words.toArray(String[]::new));
      }
    } catch (IOException e) {
      LOG.warn("The routes of this machine can't be read: {}", e.getMessage());
    }
  }

  private void change(String... words) {
    var what = String.join(" ", words);
    try {
      Tool.run("", words);
      failures.remove(what);
      LOG.info("{}", what);
    } catch (IOException e) {
      var why = String.valueOf(e.getMessage());
      if (!why.equals(failures.put(what, why))) {
        LOG.warn("Pods of another node can't be reached: {}", why);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    nodes.close();
  }
}
