package dev.nauarch.controlplane;

import dev.nauarch.api.Resource;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.reconcile.node.NodeLifecycle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What runs, and what it needs to know.
 *
 * @param controllers which controllers run, as {@code kube-controller-manager} reads it: {@code *}
 *     for all, {@code name} for one more, {@code -name} for all but this one
 * @param collected the kinds that the cluster serves, which garbage collection and namespace
 *     deletion look after; custom ones are added as they come
 * @param authority the PEM certificate that every namespace is told; empty for none
 * @param volumeRoot the folder on each node that holds volumes made here; empty for none
 * @param podCidr the pods' range, of which every node gets a part; empty where nodes get none
 * @param nodeGrace how long nothing is heard of a node until it counts as silent
 * @param clock the time
 */
public record ControlPlaneOptions(
    List<String> controllers,
    List<Resource<?>> collected,
    String authority,
    String volumeRoot,
    String podCidr,
    Duration nodeGrace,
    InstantSource clock) {

  /** How long Kubernetes waits for word of a node. */
  public static final Duration NODE_GRACE = NodeLifecycle.GRACE;

  /** Copies the lists. */
  public ControlPlaneOptions {
    controllers = List.copyOf(controllers);
    collected = List.copyOf(collected);
  }

  /** All controllers, for a cluster of our own that serves these kinds. */
  public static ControlPlaneOptions all(String authority, String volumeRoot, Catalog catalog) {
    return new ControlPlaneOptions(
        List.of("*"),
        CollectedKinds.of(catalog),
        authority,
        volumeRoot,
        "",
        NODE_GRACE,
        InstantSource.system());
  }

  /** These options without the kinds that the API server of somebody else does not serve. */
  public ControlPlaneOptions servedBy(ClusterClient client) {
    var served = CollectedKinds.served(client, collected);
    return new ControlPlaneOptions(
        controllers, served, authority, volumeRoot, podCidr, nodeGrace, clock);
  }

  /** These options with another choice of controllers. */
  public ControlPlaneOptions withControllers(List<String> chosen) {
    return new ControlPlaneOptions(
        chosen, collected, authority, volumeRoot, podCidr, nodeGrace, clock);
  }

  /** These options with another time after which a node counts as silent. */
  public ControlPlaneOptions withNodeGrace(Duration grace) {
    return new ControlPlaneOptions(
        controllers, collected, authority, volumeRoot, podCidr, grace, clock);
  }

  /** These options for a cluster whose nodes get parts of a range for their pods. */
  public ControlPlaneOptions withPodCidr(String cidr) {
    return new ControlPlaneOptions(
        controllers, collected, authority, volumeRoot, cidr, nodeGrace, clock);
  }

  /** Whether a controller runs. */
  public boolean runs(String controller) {
    return !controllers.contains("-" + controller)
        && (controllers.contains("*") || controllers.contains(controller));
  }
}
