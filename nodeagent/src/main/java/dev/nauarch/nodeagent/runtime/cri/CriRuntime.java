package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ContainerUsage;
import dev.nauarch.nodeagent.runtime.ExecConfig;
import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.runtime.ImageService;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.ResourceUsage;
import dev.nauarch.nodeagent.runtime.RuntimeFacts;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.RuntimeFault.Reason;
import dev.nauarch.nodeagent.runtime.Sandbox;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import dev.nauarch.nodeagent.runtime.process.NamespaceDoor;
import dev.nauarch.nodeagent.runtime.process.Posix;
import dev.nauarch.protocols.cri.AttachRequest;
import dev.nauarch.protocols.cri.Container;
import dev.nauarch.protocols.cri.ContainerFilter;
import dev.nauarch.protocols.cri.ContainerState;
import dev.nauarch.protocols.cri.ContainerStateValue;
import dev.nauarch.protocols.cri.ContainerStatsFilter;
import dev.nauarch.protocols.cri.ContainerStatusRequest;
import dev.nauarch.protocols.cri.ContainerStatusResponse;
import dev.nauarch.protocols.cri.CreateContainerRequest;
import dev.nauarch.protocols.cri.ExecRequest;
import dev.nauarch.protocols.cri.ExecSyncRequest;
import dev.nauarch.protocols.cri.ListContainerStatsRequest;
import dev.nauarch.protocols.cri.ListContainersRequest;
import dev.nauarch.protocols.cri.ListPodSandboxRequest;
import dev.nauarch.protocols.cri.PodSandboxFilter;
import dev.nauarch.protocols.cri.PodSandboxStatusRequest;
import dev.nauarch.protocols.cri.PodSandboxStatusResponse;
import dev.nauarch.protocols.cri.RemoveContainerRequest;
import dev.nauarch.protocols.cri.RemovePodSandboxRequest;
import dev.nauarch.protocols.cri.ReopenContainerLogRequest;
import dev.nauarch.protocols.cri.RunPodSandboxRequest;
import dev.nauarch.protocols.cri.StartContainerRequest;
import dev.nauarch.protocols.cri.StatusRequest;
import dev.nauarch.protocols.cri.StopContainerRequest;
import dev.nauarch.protocols.cri.StopPodSandboxRequest;
import dev.nauarch.protocols.cri.UpdateContainerResourcesRequest;
import dev.nauarch.protocols.cri.VersionRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs containers by a runtime that speaks CRI v1 on a socket. Several agents may share one: each
 * sees what bears its own label.
 */
public final class CriRuntime implements ContainerRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(CriRuntime.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** To make a sandbox is to set up a network as well. */
  private static final Duration SANDBOX_MAX = Calls.USUAL.multipliedBy(2);

  private static final Duration STOP_POLL = Duration.ofMillis(20);
  private static final int OUTPUT_MAX = 10 * 1024;

  private final String owner;
  private final Calls calls;
  private final Requests requests;
  private final CriImages images;
  private final List<Consumer<ContainerStatus>> listeners = new CopyOnWriteArrayList<>();
  private final Exits exits;

  private CriRuntime(String owner, Calls calls) {
    this.owner = owner;
    this.calls = calls;
    this.requests = new Requests(owner);
    this.images = new CriImages(calls);
    this.exits = Exits.start(this, calls.channel(), this::ended);
  }

  /**
   * Opens a runtime.
   *
   * @param socket where it listens, for example {@code /run/containerd/containerd.sock}
   * @param owner names this agent among those that share the runtime, as a label's value
   * @throws IOException where nobody answers there, or not in CRI v1
   */
  public static CriRuntime open(Path socket, String owner) throws IOException {
    var calls = new Calls(socket);
    try {
      calls.runtime(
          Reason.STATE, Calls.USUAL, stub -> stub.version(VersionRequest.getDefaultInstance()));
    } catch (RuntimeFault e) {
      calls.close();
      throw Calls.isUnknownCall(e)
          ? new IOException(
              socket
                  + " does not speak CRI v1: containerd 1.6 or newer with its cri plugin is needed",
              e)
          : e;
    }
    var runtime = new CriRuntime(owner, calls);
    runtime.haveSandboxImage(socket);
    return runtime;
  }

  /**
   * Has the image of sandboxes on the machine: a pod that starts can't wait for a registry which
   * perhaps cannot be reached.
   */
  private void haveSandboxImage(Path socket) {
    try {
      var name = sandboxImage();
      if (name.isEmpty() || images.find(name).isPresent() || images.pullSoon(name)) {
        return;
      }
      if (!SandboxImage.isForThisMachine()) {
        LOG.warn("The sandbox image {} is not there: no pod can start", name);
        return;
      }
      var file = Files.createTempFile("sandbox-image", ".tar");
      try {
        SandboxImage.write(file, name);
        Import.run(socket, file);
        LOG.info("The sandbox image {} can't be pulled; one was made here in its place", name);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("The sandbox image could not be made: no pod can start before it is there", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the runtime makes sandboxes of; empty where it does not tell. */
  private String sandboxImage() throws RuntimeFault {
    var request = StatusRequest.newBuilder().setVerbose(true).build();
    var status = calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.status(request));
    return JSON.readTree(status.getInfoOrDefault("config", "{}")).path("sandboxImage").asString("");
  }

  @Override
  public RuntimeFacts info() throws RuntimeFault {
    var version =
        calls.runtime(
            Reason.STATE, Calls.USUAL, stub -> stub.version(VersionRequest.getDefaultInstance()));
    var status =
        calls.runtime(
            Reason.STATE, Calls.USUAL, stub -> stub.status(StatusRequest.getDefaultInstance()));
    return Answers.info(version, status);
  }

  @Override
  public ImageService images() {
    return images;
  }

  @Override
  public Sandbox runPodSandbox(SandboxConfig config) throws RuntimeFault {
    var request =
        RunPodSandboxRequest.newBuilder()
            .setConfig(requests.sandbox(config))
            .setRuntimeHandler(config.handler())
            .build();
    var id =
        calls
            .runtime(Reason.SANDBOX, SANDBOX_MAX, stub -> stub.runPodSandbox(request))
            .getPodSandboxId();
    return Answers.sandbox(status(id, false).getStatus());
  }

  private PodSandboxStatusResponse status(String id, boolean verbose) throws RuntimeFault {
    var request =
        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).setVerbose(verbose).build();
    return calls.runtime(Reason.SANDBOX, Calls.USUAL, stub -> stub.podSandboxStatus(request));
  }

  @Override
  public void stopPodSandbox(String id) throws RuntimeFault {
    var request = StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    gone(() -> calls.runtime(Reason.SANDBOX, SANDBOX_MAX, stub -> stub.stopPodSandbox(request)));
  }

  private interface Ending {
    Object call() throws RuntimeFault;
  }

  /** What is not there has ended already. */
  private static void gone(Ending ending) throws RuntimeFault {
    try {
      ending.call();
    } catch (RuntimeFault e) {
      if (!Calls.isNotFound(e)) {
        throw e;
      }
    }
  }

  @Override
  public void removePodSandbox(String id) throws RuntimeFault {
    var request = RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    gone(() -> calls.runtime(Reason.SANDBOX, Calls.USUAL, stub -> stub.removePodSandbox(request)));
  }

  @Override
  public List<Sandbox> sandboxes() throws RuntimeFault {
    var request =
        ListPodSandboxRequest.newBuilder()
            .setFilter(PodSandboxFilter.newBuilder().putLabelSelector(Requests.OWNER, owner))
            .build();
    var found = new ArrayList<Sandbox>();
    var all = calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.listPodSandbox(request));
    for (var each : all.getItemsList()) {
      try {
        found.add(Answers.sandbox(status(each.getId(), false).getStatus()));
      } catch (RuntimeFault e) {
        if (!Calls.isNotFound(e)) {
          throw e;
        }
      }
    }
    return found;
  }

  @Override
  public String createContainer(String sandboxId, SandboxConfig sandbox, ContainerConfig config)
      throws RuntimeFault {
    var request =
        CreateContainerRequest.newBuilder()
            .setPodSandboxId(sandboxId)
            .setConfig(requests.container(sandbox, config))
            .setSandboxConfig(requests.sandbox(sandbox))
            .build();
    return calls
        .runtime(Reason.CREATE, Calls.USUAL, stub -> stub.createContainer(request))
        .getContainerId();
  }

  @Override
  public void startContainer(String id) throws RuntimeFault {
    var request = StartContainerRequest.newBuilder().setContainerId(id).build();
    try {
      calls.runtime(Reason.RUN, Calls.USUAL, stub -> stub.startContainer(request));
    } catch (RuntimeFault e) {
      // One that could not be started has ended with that as the reason: it is told of like others.
      var hasEnded =
          container(id).filter(it -> it.state() == ContainerStatus.State.EXITED).isPresent();
      if (!hasEnded) {
        throw e;
      }
    }
  }

  @Override
  public void stopContainer(String id, Duration grace) throws RuntimeFault, InterruptedException {
    var left = grace.isPositive() && askedByHand(id, grace) ? Duration.ZERO : grace;
    var seconds = (left.toMillis() + 999) / 1000;
    var request = StopContainerRequest.newBuilder().setContainerId(id).setTimeout(seconds).build();
    gone(
        () ->
            calls.runtime(
                Reason.STATE, Calls.USUAL.plus(left), stub -> stub.stopContainer(request)));
  }

  /**
   * Asks a container to end with its own signal, where the runtime does not do that (before 1.37 of
   * the interface), and waits.
   */
  private boolean askedByHand(String id, Duration grace) throws RuntimeFault, InterruptedException {
    ContainerStatusResponse answer;
    try {
      answer = verbose(id);
    } catch (RuntimeFault e) {
      return false;
    }
    var signal =
        Integer.parseInt(answer.getStatus().getAnnotationsOrDefault(Requests.STOP_SIGNAL, "0"));
    var pid = JSON.readTree(answer.getInfoOrDefault("info", "{}")).path("pid").asLong(0);
    if (signal == 0 || pid == 0 || answer.getStatus().getStopSignal().getNumber() != 0) {
      return false;
    }
    Posix.kill(pid, signal);
    var deadline = System.nanoTime() + grace.toNanos();
    while (System.nanoTime() < deadline && runs(id)) {
      Thread.sleep(STOP_POLL);
    }
    return true;
  }

  private boolean runs(String id) throws RuntimeFault {
    return container(id).filter(it -> it.state() == ContainerStatus.State.RUNNING).isPresent();
  }

  private ContainerStatusResponse verbose(String id) throws RuntimeFault {
    var request = ContainerStatusRequest.newBuilder().setContainerId(id).setVerbose(true).build();
    return calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.containerStatus(request));
  }

  @Override
  public void removeContainer(String id) throws RuntimeFault {
    var request = RemoveContainerRequest.newBuilder().setContainerId(id).build();
    gone(() -> calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.removeContainer(request)));
  }

  @Override
  public void updateContainer(String id, ResourceLimits limits) throws RuntimeFault {
    var request =
        UpdateContainerResourcesRequest.newBuilder()
            .setContainerId(id)
            .setLinux(Requests.resources(limits))
            .build();
    calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.updateContainerResources(request));
  }

  @Override
  public void reopenLog(String id) throws RuntimeFault {
    var request = ReopenContainerLogRequest.newBuilder().setContainerId(id).build();
    calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.reopenContainerLog(request));
  }

  @Override
  public Optional<ContainerStatus> container(String id) throws RuntimeFault {
    return containers(ContainerFilter.newBuilder().setId(id)).stream().findFirst();
  }

  @Override
  public List<ContainerStatus> containers() throws RuntimeFault {
    return containers(ContainerFilter.newBuilder());
  }

  @Override
  public List<ContainerStatus> containers(String podUid) throws RuntimeFault {
    return containers(ContainerFilter.newBuilder().putLabelSelector(Requests.POD_UID, podUid));
  }

  private List<ContainerStatus> containers(ContainerFilter.Builder filter) throws RuntimeFault {
    var found = new ArrayList<ContainerStatus>();
    for (var each : list(filter)) {
      var request = ContainerStatusRequest.newBuilder().setContainerId(each.getId()).build();
      try {
        var answer =
            calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.containerStatus(request));
        found.add(Answers.container(answer.getStatus(), each.getPodSandboxId()));
      } catch (RuntimeFault e) {
        if (!Calls.isNotFound(e)) {
          throw e;
        }
      }
    }
    return found;
  }

  private List<Container> list(ContainerFilter.Builder filter) throws RuntimeFault {
    var own = filter.putLabelSelector(Requests.OWNER, owner);
    var request = ListContainersRequest.newBuilder().setFilter(own).build();
    return calls
        .runtime(Reason.STATE, Calls.USUAL, stub -> stub.listContainers(request))
        .getContainersList();
  }

  /** The ids of those that have ended. */
  List<String> ended() throws RuntimeFault {
    var state = ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_EXITED);
    return list(ContainerFilter.newBuilder().setState(state)).stream()
        .map(Container::getId)
        .toList();
  }

  private void ended(ContainerStatus status) {
    listeners.forEach(listener -> listener.accept(status));
  }

  @Override
  public RunOutcome run(String id, List<String> command, Duration timeout) throws RuntimeFault {
    var seconds = Math.max(1, (timeout.toMillis() + 999) / 1000);
    var request =
        ExecSyncRequest.newBuilder()
            .setContainerId(id)
            .addAllCmd(command)
            .setTimeout(seconds)
            .build();
    var answer =
        calls.runtime(Reason.TIMEOUT, timeout.plus(Calls.USUAL), stub -> stub.execSync(request));
    var output = answer.getStdout().concat(answer.getStderr());
    var shown = output.substring(0, Math.min(OUTPUT_MAX, output.size()));
    return new RunOutcome(answer.getExitCode(), shown.toStringUtf8());
  }

  @Override
  public ExecSession exec(String id, ExecConfig config) throws RuntimeFault {
    var request =
        ExecRequest.newBuilder()
            .setContainerId(id)
            .addAllCmd(config.command())
            .setStdin(config.stdin())
            .setStdout(true)
            .setStderr(!config.tty())
            .setTty(config.tty())
            .build();
    var page = calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.exec(request)).getUrl();
    return open(page, config.stdin(), config.tty());
  }

  @Override
  public ExecSession attach(String id, boolean stdin) throws RuntimeFault {
    var tty = hasTerminal(id);
    var request =
        AttachRequest.newBuilder()
            .setContainerId(id)
            .setStdin(stdin)
            .setStdout(true)
            .setStderr(!tty)
            .setTty(tty)
            .build();
    var page = calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.attach(request)).getUrl();
    return open(page, stdin, tty);
  }

  private boolean hasTerminal(String id) throws RuntimeFault {
    var info = JSON.readTree(verbose(id).getInfoOrDefault("info", "{}"));
    return info.path("config").path("tty").asBoolean(false);
  }

  private static ExecSession open(String page, boolean stdin, boolean tty) throws RuntimeFault {
    try {
      return CriSession.open(URI.create(page), new CriSession.Channels(stdin, tty));
    } catch (IOException | IllegalArgumentException e) {
      throw new RuntimeFault(Reason.STATE, "the runtime's page can't be opened: " + e, e);
    }
  }

  @Override
  public SocketChannel connect(String sandboxId, int port) throws IOException {
    var info = JSON.readTree(status(sandboxId, true).getInfoOrDefault("info", "{}"));
    var namespace = Optional.<Path>empty();
    for (var each : info.path("runtimeSpec").path("linux").path("namespaces")) {
      var path = each.path("path").asString("");
      if (each.path("type").asString("").equals("network") && !path.isEmpty()) {
        namespace = Optional.of(Path.of(path));
      }
    }
    return new NamespaceDoor(namespace, InetAddress.getLoopbackAddress()).connect(port);
  }

  @Override
  public List<ContainerUsage> usage() throws RuntimeFault {
    var filter = ContainerStatsFilter.newBuilder().putLabelSelector(Requests.OWNER, owner);
    var request = ListContainerStatsRequest.newBuilder().setFilter(filter).build();
    var all = calls.runtime(Reason.STATE, Calls.USUAL, stub -> stub.listContainerStats(request));
    var found = new ArrayList<ContainerUsage>();
    for (var stats : all.getStatsList()) {
      var labels = stats.getAttributes().getLabelsMap();
      found.add(
          new ContainerUsage(
              stats.getAttributes().getId(),
              new PodIdentity(
                  labels.getOrDefault(Requests.POD_NAMESPACE, ""),
                  labels.getOrDefault(Requests.POD_NAME, ""),
                  labels.getOrDefault(Requests.POD_UID, "")),
              stats.getAttributes().getMetadata().getName(),
              new ResourceUsage(
                  stats.getCpu().getUsageCoreNanoSeconds().getValue(),
                  stats.getMemory().getWorkingSetBytes().getValue())));
    }
    return found;
  }

  @Override
  public void onExit(Consumer<ContainerStatus> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    exits.close();
    calls.close();
  }
}
