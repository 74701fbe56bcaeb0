package dev.nauarch.nodeagent.runtime;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs containers on this machine. Methods may be called from any thread and block; calls about one
 * container must not overlap, save {@link #exec}, {@link #attach}, {@link #usage} and reading.
 * Containers outlive the runtime object and the process that holds it: a new one over the same
 * place finds them.
 */
public interface ContainerRuntime extends AutoCloseable {

  /**
   * Who runs the containers.
   *
   * @param name for example {@code process}
   * @param version its own version
   */
  record Version(String name, String version) {}

  /** Who runs the containers. */
  Version version();

  /** Whether containers can be made of an image; fetches it first where that can be done. */
  ImageAnswer pullImage(String image);

  /** Makes a pod's surroundings. */
  void runPodSandbox(SandboxConfig config) throws RuntimeFault;

  /** Kills what still runs in a sandbox and gives back its namespaces and cgroup. */
  void stopPodSandbox(String id) throws RuntimeFault;

  /** Forgets a sandbox that was stopped, with all its containers. */
  void removePodSandbox(String id) throws RuntimeFault;

  /** All sandboxes that were not removed. */
  List<SandboxConfig> sandboxes();

  /**
   * Makes a container, which does not run yet.
   *
   * @return its id
   */
  String createContainer(String sandboxId, ContainerConfig config) throws RuntimeFault;

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

  /** What has become of a container. */
  Optional<ContainerStatus> container(String id);

  /** All containers that were not removed. */
  List<ContainerStatus> containers();

  /** Runs a program inside a running container. */
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

  /** What a container uses; empty where it can't be measured. */
  Optional<ResourceUsage> usage(String id);

  /**
   * Has a listener hear of every container that ends, on the runtime's thread; it must be quick.
   */
  void onExit(Consumer<ContainerStatus> listener);

  /** Lets go of the containers, which run on. */
  @Override
  void close();
}
