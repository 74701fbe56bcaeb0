package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import io.fabric8.kubernetes.api.model.Node;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The simulated nodes that live, as they were heard of last. Any thread may ask. */
final class LivingNodes {
  private static final Logger LOG = LoggerFactory.getLogger(LivingNodes.class);

  private final ClusterClient client;
  private final Map<String, Node> nodeByName = new ConcurrentHashMap<>();

  LivingNodes(ClusterClient client) {
    this.client = client;
  }

  /** A node lives, and is this now; says whether it did not, or at another address. */
  boolean add(Node node) {
    var before = nodeByName.put(node.getMetadata().getName(), node);
    return before == null || !SimulatedNode.address(before).equals(SimulatedNode.address(node));
  }

  /** It lives no more; says whether it did. */
  boolean remove(String name) {
    return nodeByName.remove(name) != null;
  }

  boolean has(String name) {
    return nodeByName.containsKey(name);
  }

  /** Its address; empty where it does not live. */
  String address(String name) {
    return known(name).map(SimulatedNode::address).orElse("");
  }

  /** A node that lives. */
  Optional<Node> known(String name) {
    return Optional.ofNullable(nodeByName.get(name));
  }

  /** A node as it is right now, or else as it is known. */
  Optional<Node> newest(String name) {
    try {
      return client.get(Resources.NODES, new ObjectKey("", name)).or(() -> known(name));
    } catch (ApiException e) {
      LOG.warn("Simulated node {} could not be read: {}", name, e.getMessage());
      return known(name);
    }
  }
}
