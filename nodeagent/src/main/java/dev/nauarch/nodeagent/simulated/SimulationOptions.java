package dev.nauarch.nodeagent.simulated;

import dev.nauarch.nodeagent.simulated.stage.Stages;
import java.time.Duration;

/**
 * How simulated nodes are set up.
 *
 * @param count how many nodes are made, named {@code sim-0} and so on; 0 for none but those that
 *     users make
 * @param devices what each of these has
 * @param stages what happens to nodes and their pods
 * @param leaseEvery how often each node renews its lease
 */
public record SimulationOptions(int count, Devices devices, Stages stages, Duration leaseEvery) {
  /** How often a node of Kubernetes renews its lease. */
  public static final Duration LEASE_EVERY = Duration.ofSeconds(10);

  /** A lease that is older than 40 s means that its node has fallen silent, soon after. */
  public static final Duration LEASE_EVERY_MAX = Duration.ofSeconds(40);

  /** So many nodes of that kind, and no stages. */
  public static SimulationOptions of(int count, Devices devices) {
    return new SimulationOptions(count, devices, Stages.NONE, LEASE_EVERY);
  }
}
