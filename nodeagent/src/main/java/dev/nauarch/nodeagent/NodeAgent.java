package dev.nauarch.nodeagent;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.node.Machine;
import dev.nauarch.nodeagent.node.NodeHeartbeat;
import dev.nauarch.nodeagent.node.NodeRecord;
import dev.nauarch.nodeagent.pod.EventRecorder;
import dev.nauarch.nodeagent.pod.NodeContext;
import dev.nauarch.nodeagent.pod.PodWorkers;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.cri.CriRuntime;
import dev.nauarch.nodeagent.runtime.process.ProcessRuntime;
import dev.nauarch.nodeagent.server.AgentServer;
import dev.nauarch.nodeagent.volume.PodVolumes;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import javax.net.ssl.SSLContext;

/**
 * The agent of one node: registers the machine, runs the pods that are bound to it and answers for
 * their logs. Closing it leaves the containers running, for the agent that comes next.
 */
public final class NodeAgent implements AutoCloseable {
  private final ContainerRuntime runtime;
  private final EventRecorder events;
  private final AgentServer server;
  private final NodeHeartbeat heartbeat;
  private final PodWorkers workers;

  private NodeAgent(
      ContainerRuntime runtime,
      EventRecorder events,
      AgentServer server,
      NodeHeartbeat heartbeat,
      PodWorkers workers) {
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
            clock,
            events);
    var workers = PodWorkers.start(context);
    var server = AgentServer.start(options, workers, runtime);
    var record = new NodeRecord(options, machine, info, server.port());
    var heartbeat = NodeHeartbeat.start(client, record, events, clock);
    return new NodeAgent(runtime, events, server, heartbeat, workers);
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
    events.close();
    runtime.close();
  }
}
