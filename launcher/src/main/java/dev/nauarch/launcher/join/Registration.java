package dev.nauarch.launcher.join;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.launcher.server.Defaults;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;

/** Makes the Node of a machine that joins, and waits for its part of the pods' range. */
final class Registration {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final ClusterClient client;
  private final ObjectKey node;

  Registration(ClusterClient client, String nodeName) {
    this.client = client;
    this.node = new ObjectKey("", nodeName);
  }

  /**
   * The addresses of the cluster and of this node's pods.
   *
   * @param isPatient whether to try for a minute to reach the cluster
   * @throws ApiException the cluster can't be reached, or gives no range
   */
  JoinedNode.Network network(boolean isPatient) throws InterruptedException {
    var until = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return network(until);
      } catch (ApiException e) {
        if (!isPatient || !isPassing(e) || System.nanoTime() > until) {
          throw e;
        }
        Thread.sleep(LOOK);
      }
    }
  }

  private static boolean isPassing(ApiException e) {
    return e.reason() == Reason.SERVICE_UNAVAILABLE || e.reason() == Reason.TOO_MANY_REQUESTS;
  }

  private JoinedNode.Network network(long until) throws InterruptedException {
    var data =
        client
            .get(Resources.CONFIG_MAPS, Defaults.NETWORK)
            .orElseThrow(
                () ->
                    failure(
                        Reason.NOT_FOUND,
                        "the cluster has no ConfigMap "
                            + Defaults.NETWORK
                            + ": its server does not take machines in (nau up --listen ADDRESS)"))
            .getData();
    return new JoinedNode.Network(
        data.getOrDefault("podCidr", ""),
        range(until),
        data.getOrDefault("serviceCidr", ""),
        data.getOrDefault("version", ""));
  }

  private String range(long until) throws InterruptedException {
    while (true) {
      var found = client.get(Resources.NODES, node);
      if (found.isEmpty()) {
        create();
      }
      var range = found.flatMap(JoinedMachine::rangeOf);
      if (range.isPresent()) {
        return range.get();
      }
      if (System.nanoTime() > until) {
        throw failure(
            Reason.TIMEOUT, "node " + node.name() + " has no spec.podCIDR; its events say why");
      }
      Thread.sleep(LOOK);
    }
  }

  private void create() {
    try {
      client.createOnly(
          Resources.NODES,
          new NodeBuilder()
              .withNewMetadata()
              .withName(node.name())
              .endMetadata()
              .withNewSpec()
              .endSpec()
              .build());
    } catch (ApiException e) {
      if (e.reason() != Reason.ALREADY_EXISTS) {
        throw e;
      }
    }
  }

  private static ApiException failure(Reason reason, String message) {
    return new ApiException(reason, message, Details.NONE);
  }
}
