package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.PodNetwork;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.volume.PodVolumes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What all pods of a node share.
 *
 * @param nodeName the node's name
 * @param nodeIp the node's address
 * @param allocatable what the node has for pods
 * @param logs where containers' logs are
 * @param client the cluster
 * @param runtime what runs the containers
 * @param network what gives pods their addresses
 * @param volumes what makes their volumes
 * @param clock the time
 * @param events what tells people
 */
public record NodeContext(
    String nodeName,
    String nodeIp,
    Amounts allocatable,
    Path logs,
    ClusterClient client,
    ContainerRuntime runtime,
    PodNetwork network,
    PodVolumes volumes,
    InstantSource clock,
    EventRecorder events) {

  /** How long a pod without a wish of its own has to end. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
}
