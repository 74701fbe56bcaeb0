package dev.nauarch.nodeagent.runtime;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs containers on this machine. Methods may be called from any thread and block; calls about one
 * container must not overlap, save {@link #exec}, {@link #attach}, {@link #run}, {@link #usage} and
 * reading. Containers outlive the runtime object and the process that holds it: a new one over the
 * same place finds them. The network is the runtime's: a sandbox that is made has its addresses,
 * and one that is stopped has given them back.
 */
public interface ContainerRuntime extends AutoCloseable {

  /** What it is, and what it can do now. */
  RuntimeFacts info() throws RuntimeFault;

  /** The images that containers are made of. */
  ImageService images();

  /**
   * Makes a pod's surroundings.
   *
   * @throws RuntimeFault also where the runtime has no such handler
   */
  Sandbox runPodSandbox(SandboxConfig config) throws RuntimeFault;

  /** Kills what still runs in a sandbox and gives back its namespaces, addresses and groups. */
  void stopPodSandbox(String id) throws RuntimeFault;

  /** Forgets a sandbox that was stopped, with all its containers. */
  void removePodSandbox(String id) throws RuntimeFault;

  /** All sandboxes that were not removed. */
  List<Sandbox> sandboxes() throws RuntimeFault;

  /**
   * Makes a container, which does not run yet.
   *
   * @param sandbox what its sandbox was made by
   * @return its id
   */
  String createContainer(String sandboxId, SandboxConfig sandbox, ContainerConfig config)
      throws RuntimeFault;

  /**
   * Starts a container. One whose program can't be started ends at once with reason {@code
   * StartError}.
   */
  void startContainer(String id) throws RuntimeFault;

  /**
   * Asks a container to end, waits, and kills what is left of it.
   *
   * @param grace how long to wait between; zero to kill at once
   */
  void stopContainer(String id, Duration grace) throws RuntimeFault, InterruptedException;

  /** Forgets a container that has ended. */
  void removeContainer(String id) throws RuntimeFault;

  /** Gives a container other limits. */
  void updateContainer(String id, ResourceLimits limits) throws RuntimeFault;

  /** Has a running container write to a new file of the same name: the old one was moved. */
  void reopenLog(String id) throws RuntimeFault;

  /** What has become of a container. */
  Optional<ContainerStatus> container(String id) throws RuntimeFault;

  /** All containers that were not removed. */
  List<ContainerStatus> containers() throws RuntimeFault;

  /** Those of one pod. */
  List<ContainerStatus> containers(String podUid) throws RuntimeFault;

  /**
   * Runs a program inside a running container and waits for its end.
   *
   * @throws RuntimeFault with reason {@code TIMEOUT} where it took longer; it was killed then
   */
  RunOutcome run(String id, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException;

  /** Runs a program inside a running container, for somebody who talks with it. */
  ExecSession exec(String id, ExecConfig config) throws RuntimeFault;

  /**
   * Attaches somebody to a running container: to what it writes from now on, and to its input.
   *
   * @param stdin whether they want to write to it; nothing is written to one that takes no input
   */
  ExecSession attach(String id, boolean stdin) throws RuntimeFault;

  /**
   * Connects to a port of a pod, as a program inside it does.
   *
   * @throws IOException where there is no such sandbox, or nobody listens
   */
  SocketChannel connect(String sandboxId, int port) throws IOException;

  /** What running containers use; those that can't be measured are left out. */
  List<ContainerUsage> usage() throws RuntimeFault;

  /**
   * Has a listener hear of every container that ends, on the runtime's thread; it must be quick.
   */
  void onExit(Consumer<ContainerStatus> listener);

  /** Lets go of the containers, which run on. */
  @Override
  void close();

  /**
   * How a program ended.
   *
   * @param code its exit code
   * @param output the beginning of what it wrote, errors too
   */
  record RunOutcome(int code, String output) {}
}
