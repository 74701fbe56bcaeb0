package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.ClusterDns;
import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.equipment.Equipment;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.volume.PodVolumes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What all pods of a node share.
 *
 * @param nodeName the node's name
 * @param nodeIp the node's address
 * @param allocatable what the node has for pods
 * @param memoryBytes what memory the machine has
 * @param logs where containers' logs are
 * @param client the cluster
 * @param runtime what runs the containers
 * @param runtimeName what stands before the colon of a container's id, for example {@code process}
 * @param dns the cluster's name server; empty where pods can't reach one
 * @param cgroups where pods have their control groups; empty where none can be made
 * @param volumes what makes their volumes
 * @param equipment what gives them devices
 * @param clock the time
 * @param events what tells people
 * @param onCapacity to be run when the node has other devices than before
 */
public record NodeContext(
    String nodeName,
    String nodeIp,
    Amounts allocatable,
    long memoryBytes,
    Path logs,
    ClusterClient client,
    ContainerRuntime runtime,
    String runtimeName,
    Optional<ClusterDns> dns,
    Optional<Cgroups> cgroups,
    PodVolumes volumes,
    Equipment equipment,
    InstantSource clock,
    EventRecorder events,
    Runnable onCapacity) {

  /** How long a pod without a wish of its own has to end. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
}
