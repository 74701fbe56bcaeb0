package dev.nauarch.nodeagent;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.equipment.Equipment;
import dev.nauarch.nodeagent.equipment.EquipmentOptions;
import dev.nauarch.nodeagent.equipment.NoEquipment;
import dev.nauarch.nodeagent.equipment.NodeEquipment;
import dev.nauarch.nodeagent.node.Machine;
import dev.nauarch.nodeagent.node.NodeHeartbeat;
import dev.nauarch.nodeagent.node.NodeRecord;
import dev.nauarch.nodeagent.pod.EventRecorder;
import dev.nauarch.nodeagent.pod.NodeContext;
import dev.nauarch.nodeagent.pod.PodWorkers;
import dev.nauarch.nodeagent.resource.MachineTopology;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.cri.CriRuntime;
import dev.nauarch.nodeagent.runtime.process.ProcessRuntime;
import dev.nauarch.nodeagent.server.AgentServer;
import dev.nauarch.nodeagent.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one node: registers the machine, runs the pods that are bound to it and answers for
 * their logs. Closing it leaves the containers running, for the agent that comes next.
 */
public final class NodeAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

  private final ContainerRuntime runtime;
  private final EventRecorder events;
  private final AgentServer server;
  private final NodeHeartbeat heartbeat;
  private final PodWorkers workers;
  private final Equipment equipment;

  private NodeAgent(
      ContainerRuntime runtime,
      EventRecorder events,
      AgentServer server,
      NodeHeartbeat heartbeat,
      PodWorkers workers,
      Equipment equipment) {
    this.equipment = equipment;
    this.runtime = runtime;
    this.events = events;
    this.server = server;
    this.heartbeat = heartbeat;
    this.workers = workers;
  }

  /**
   * Starts the agent, with the runtime that it is told, else with the process runtime.
   *
   * @param client the cluster, as user {@code system:node:NAME}
   * @param network where pods get their addresses; the caller closes it after the agent
   * @param tokens where pods get the tokens of their service accounts
   * @throws IOException where the agent's directory or port can't be used
   */
  public static NodeAgent start(
      ClusterClient client,
      NodeAgentOptions options,
      PodNetwork network,
      ServiceAccountTokens tokens,
      InstantSource clock)
      throws IOException, InterruptedException {
    var home = options.home();
    var cgroups = Cgroups.open(options.cgroup());
    var runtime =
        options.runtimeSocket().isPresent()
            ? CriRuntime.open(options.runtimeSocket().get(), options.cgroup())
            : ProcessRuntime.open(home.resolve("process"), cgroups, network, clock);
    var info = runtime.info();
    var events = new EventRecorder(client, "kubelet", options.nodeName(), clock);
    var machine = Machine.read(home);
    var changes = new Semaphore(0);
    var reader = new AtomicReference<Supplier<Collection<Pod>>>(List::of);
    var equipment = equipment(options, machine, client, () -> reader.get().get(), clock);
    var context =
        new NodeContext(
            options.nodeName(),
            options.nodeIp(),
            Amounts.of(NodeRecord.amounts(machine)),
            machine.memoryBytes(),
            home.resolve("logs"),
            client,
            runtime,
            info.name(),
            network.clusterDns(),
            cgroups,
            new PodVolumes(home.resolve("pods"), client, tokens, clock),
            equipment,
            clock,
            events,
            changes::release);
    var workers = PodWorkers.start(context);
    reader.set(workers::pods);
    var server = AgentServer.start(options, workers, runtime);
    var record = new NodeRecord(options, machine, info, server.port(), equipment);
    var heartbeat = NodeHeartbeat.start(client, record, events, clock, changes);
    return new NodeAgent(runtime, events, server, heartbeat, workers, equipment);
  }

  private static Equipment equipment(
      NodeAgentOptions options,
      Machine machine,
      ClusterClient client,
      Supplier<Collection<Pod>> pods,
      InstantSource clock)
      throws IOException {
    var own = EquipmentOptions.below(options.nodeName(), options.home());
    if (!own.haveRoom()) {
      LOG.warn("{} is too long a path for sockets: no device plugins and drivers", options.home());
      return new NoEquipment(options.home() + " on the node is too long a path for their sockets");
    }
    var topology = MachineTopology.plain(machine.cpus(), machine.memoryBytes());
    return NodeEquipment.start(own, topology, client, Map.of(), pods, clock);
  }

  /**
   * Shows another certificate to whoever asks the agent, from the next connection on.
   *
   * @param tls the certificate, and the authority that clients must be known to
   */
  public void serveWith(SSLContext tls) {
    server.serveWith(tls);
  }

  /** The port that the agent listens on. */
  public int port() {
    return server.port();
  }

  /** The pods of this node. */
  public Collection<Pod> pods() {
    return workers.pods();
  }

  @Override
  public void close() {
    heartbeat.close();
    server.close();
    workers.close();
    equipment.close();
    events.close();
    runtime.close();
  }
}
