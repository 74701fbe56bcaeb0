package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Node;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulated nodes of a cluster: those that {@code --nodes} asks for, and those that users make
 * by giving a Node the label. All of them share one watch of nodes, one of pods, and a few threads.
 */
public final class SimulatedNodes implements AutoCloseable {
  /** What the names of the nodes of {@code --nodes} begin with, before a number. */
  static final String PREFIX = "sim-";

  /** The annotation of these nodes: they go when a later run does not ask for them. */
  static final String FLEET = "nauarch.dev/fleet";

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedNodes.class);

  private final LeaseWheel leases;
  private final PodPlayers pods;
  private final NodeRoster roster;

  private SimulatedNodes(LeaseWheel leases, PodPlayers pods, NodeRoster roster) {
    this.leases = leases;
    this.pods = pods;
    this.roster = roster;
  }

  /**
   * Makes the nodes that are asked for, removes those of an earlier run that are not, and plays
   * these and all others that have the label.
   *
   * @throws ApiException a node can't be made
   */
  public static SimulatedNodes start(
      ClusterClient client, SimulationOptions options, InstantSource clock)
      throws InterruptedException {
    var addresses = Addresses.ofNodes();
    var present = present(client, options, addresses);
    var leases = new LeaseWheel(client, options.leaseEvery(), clock);
    var pods = new PodPlayers(client, options.stages(), clock);
    var roster = new NodeRoster(client, options.stages(), addresses, leases, pods, clock);
    var started = new SimulatedNodes(leases, pods, roster);
    try {
      make(client, options, present, addresses, clock);
      return started;
    } catch (ApiException | InterruptedException e) {
      started.close();
      throw e;
    }
  }

  /** The simulated nodes that are there, after those that nobody asks for any more are gone. */
  private static Set<String> present(
      ClusterClient client, SimulationOptions options, Addresses addresses)
      throws InterruptedException {
    var names = new HashSet<String>();
    var selection = new Selection("", OwnNames.SIMULATED + "=true", "");
    var removals = new Writes();
    for (var node : client.list(Resources.NODES, selection).items()) {
      addresses.taken(SimulatedNode.address(node));
      if (isUnasked(node, options)) {
        removals.begin(
            () -> {
              client.delete(Resources.NODES, ObjectKey.of(node), DeleteOptions.DEFAULT);
              new DeviceSlice(client, node).remove();
            },
            outcome -> {
              if (!outcome.settled()) {
                LOG.warn("{} was not removed: {}", ObjectKey.of(node), outcome.fault());
              }
            });
      } else {
        names.add(node.getMetadata().getName());
      }
    }
    removals.awaitAll();
    return names;
  }

  /** Whether an earlier run made it, and this one wants none of its number or its devices. */
  private static boolean isUnasked(Node node, SimulationOptions options) {
    var name = node.getMetadata().getName();
    if (!node.getMetadata().getAnnotations().containsKey(FLEET)
        || !name.matches(PREFIX + "\\d{1,9}")) {
      return false;
    }
    return Integer.parseInt(name.substring(PREFIX.length())) >= options.count()
        || !Devices.of(node).equals(Optional.of(options.devices()));
  }

  private static void make(
      ClusterClient client,
      SimulationOptions options,
      Set<String> present,
      Addresses addresses,
      InstantSource clock)
      throws InterruptedException {
    var faults = new ConcurrentLinkedQueue<String>();
    var writes = new Writes();
    for (var index = 0; index < options.count(); index++) {
      if (!present.contains(PREFIX + index)) {
        var node =
            SimulatedNode.ofFleet(index, options.devices(), addresses.take(), clock.instant());
        writes.begin(
            () -> client.create(Resources.NODES, node),
            outcome -> {
              if (!outcome.settled()) {
                faults.add(outcome.fault());
              }
            });
      }
    }
    writes.awaitAll();
    if (!faults.isEmpty()) {
      throw new IllegalStateException(
          faults.size() + " simulated nodes were not made: " + faults.peek());
    }
  }

  @Override
  public void close() {
    roster.close();
    pods.close();
    leases.close();
  }
}
