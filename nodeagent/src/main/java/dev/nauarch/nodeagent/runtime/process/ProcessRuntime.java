package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.PodAddress;
import dev.nauarch.nodeagent.PodNetwork;
import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.image.ImageStore;
import dev.nauarch.nodeagent.image.StoreOptions;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ContainerUsage;
import dev.nauarch.nodeagent.runtime.ExecConfig;
import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.runtime.ImageService;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.ResourceUsage;
import dev.nauarch.nodeagent.runtime.Runs;
import dev.nauarch.nodeagent.runtime.RuntimeFacts;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.Sandbox;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs containers as process trees of this machine, made of images, or of the image {@code host}:
 * the machine's own file system. See the package for how.
 *
 * <p>On disk: a directory per sandbox, in it {@code sandbox.json} and a directory per container.
 */
public final class ProcessRuntime implements ContainerRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final RuntimeDirectory directory;
  private final Isolation isolation;
  private final ProcessGroups groups;
  private final ContainerEnd end;
  private final ImageStore store;
  private final ImageRoots roots;
  private final PipeWatch pipes;
  private final LaunchScript scripts;
  private final InstantSource clock;
  private final PodNetwork network;
  private final Map<String, ProcessSandbox> sandboxById = new ConcurrentHashMap<>();
  private final Map<String, ProcessContainer> containerById = new ConcurrentHashMap<>();
  private final List<Consumer<ContainerStatus>> listeners = new CopyOnWriteArrayList<>();

  private ProcessRuntime(
      RuntimeDirectory directory,
      Isolation isolation,
      ProcessGroups groups,
      ImageStore store,
      PodNetwork network,
      InstantSource clock)
      throws IOException {
    this.directory = directory;
    this.isolation = isolation;
    this.groups = groups;
    this.end = new ContainerEnd(groups);
    this.store = store;
    this.network = network;
    this.clock = clock;
    this.pipes = new PipeWatch();
    this.scripts =
        new LaunchScript(
            isolation,
            directory.path().resolve("enter.sh"),
            directory.path().resolve("enter-image.sh"));
    var images = directory.path().resolveSibling("images");
    this.roots = new ImageRoots(images, store, isolation, scripts);
  }

  /**
   * Opens the runtime over a directory and finds the containers that are there.
   *
   * @param directory all that is kept on disk
   * @param cgroups where the groups of pods are made; empty where they have none
   * @param network where pods get their addresses
   */
  public static ProcessRuntime open(
      Path directory, Optional<Cgroups> cgroups, PodNetwork network, InstantSource clock)
      throws IOException, InterruptedException {
    var isolation = Isolation.detect();
    var groups = new ProcessGroups(isolation == Isolation.FULL ? cgroups : Optional.empty());
    if (!groups.areThere()) {
      LOG.warn("Limits of processors and memory are not enforced: no cgroups can be made here");
    }
    var home = RuntimeDirectory.open(directory);
    var store =
        ImageStore.open(home.path().resolveSibling("images/store"), StoreOptions.DEFAULT, clock);
    try {
      var runtime = new ProcessRuntime(home, isolation, groups, store, network, clock);
      runtime.adopt();
      store.retainUsers(runtime.containerById.keySet());
      network.retain(
          runtime.sandboxById.values().stream().map(each -> each.config().pod()).toList());
      return runtime;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void adopt() throws IOException {
    for (var sandbox : directory.sandboxes()) {
      sandboxById.put(sandbox.id(), sandbox);
      for (var each : directory.containers(sandbox.id())) {
        var home = new ContainerDirectory(each);
        var id = sandbox.id() + "/" + each.getFileName();
        var container = new ProcessContainer(id, sandbox, home.saved().config(), home);
        containerById.put(id, container);
        if (home.wasStarted()) {
          container.watch(pipes, true, clock, this::ended);
        }
      }
    }
  }

  @Override
  public RuntimeFacts info() {
    var usual = new RuntimeFacts.Handler(false, false);
    return new RuntimeFacts("process", "0.1.0", Map.of("", usual), true, false, "");
  }

  @Override
  public ImageService images() {
    return new StoredImages(store);
  }

  @Override
  public Sandbox runPodSandbox(SandboxConfig config) throws RuntimeFault {
    scripts.check(config);
    var id = config.pod().uid() + (config.attempt() == 0 ? "" : "." + config.attempt());
    try {
      var home = directory.home(id);
      Files.createDirectories(home);
      groups.divide(config.cgroup());
      var place =
          config.sharing().hostNetwork()
              ? new PodAddress("", Optional.empty())
              : network.attach(config.pod());
      var made = new ProcessSandbox(id, config, place, clock.instant());
      // From here on the end of the sandbox gives back what it has, also what was made half.
      directory.save(made);
      sandboxById.put(id, made);
      made.writeFiles(home);
      var namespaces = Namespaces.of(home, made);
      if (isolation == Isolation.FULL) {
        namespaces.create(config.hostname());
      } else if (place.namespace().isPresent()) {
        throw new RuntimeFault(
            RuntimeFault.Reason.SANDBOX, "a network namespace needs an agent that runs as root");
      } else {
        Files.createDirectories(namespaces.sharedMemory());
      }
      return made.sandbox();
    } catch (RuntimeFault e) {
      throw e;
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.SANDBOX, "making the sandbox failed: " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static RuntimeFault interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RuntimeFault(RuntimeFault.Reason.STATE, "the agent is shutting down", e);
  }

  @Override
  public void stopPodSandbox(String id) throws RuntimeFault {
    var sandbox = sandboxById.get(id);
    if (sandbox == null) {
      return;
    }
    try {
      for (var container : containerById.values()) {
        if (container.sandboxId().equals(id)) {
          end.kill(container);
        }
      }
      if (isolation == Isolation.FULL) {
        Namespaces.of(directory.home(id), sandbox).remove();
      }
      groups.remove(sandbox.config().cgroup());
      if (!sandbox.config().sharing().hostNetwork()) {
        network.detach(sandbox.config().pod());
      }
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.SANDBOX, "stopping sandbox " + id + ": " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void removePodSandbox(String id) throws RuntimeFault {
    if (sandboxById.remove(id) == null) {
      return;
    }
    var gone = containerById.keySet().stream().filter(each -> each.startsWith(id + "/")).toList();
    containerById.keySet().removeAll(gone);
    for (var container : gone) {
      roots.release(container);
    }
    RuntimeDirectory.delete(directory.home(id));
  }

  @Override
  public List<Sandbox> sandboxes() {
    return sandboxById.values().stream().map(ProcessSandbox::sandbox).toList();
  }

  @Override
  public String createContainer(String sandboxId, SandboxConfig asked, ContainerConfig config)
      throws RuntimeFault {
    var sandbox = sandboxById.get(sandboxId);
    if (sandbox == null) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is no sandbox " + sandboxId);
    }
    var name = config.name() + "." + config.attempt();
    var id = sandboxId + "/" + name;
    if (containerById.containsKey(id)) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is a container " + id + " already");
    }
    var place = directory.home(sandboxId).resolve(name);
    try {
      var saved = roots.resolve(sandbox, id, withFiles(sandbox, config));
      scripts.check(saved.config());
      var home = ContainerDirectory.create(place, saved);
      if (saved.isOfImage()) {
        roots.make(home, saved);
      }
      var container = new ProcessContainer(id, sandbox, saved.config(), home);
      groups.create(container.cgroup(), config.limits());
      containerById.put(id, container);
      return id;
    } catch (RuntimeFault e) {
      unmake(id, place);
      throw e;
    } catch (IOException e) {
      unmake(id, place);
      throw new RuntimeFault(RuntimeFault.Reason.CREATE, "making container " + id + ": " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Takes back what a container that could not be made has left. */
  private void unmake(String id, Path place) throws RuntimeFault {
    RuntimeDirectory.delete(place);
    roots.release(id);
  }

  /** A container that sees its sandbox's files, too. */
  private ContainerConfig withFiles(ProcessSandbox sandbox, ContainerConfig c) {
    return c.withMounts(sandbox.mounts(directory.home(sandbox.id()), c.mounts()));
  }

  private ProcessContainer find(String id) throws RuntimeFault {
    var container = containerById.get(id);
    if (container == null) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is no container " + id);
    }
    return container;
  }

  @Override
  public void startContainer(String id) throws RuntimeFault {
    var container = find(id);
    var sandbox = sandboxById.get(container.sandboxId());
    if (sandbox == null || container.directory().wasStarted()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " can't be started");
    }
    try {
      var namespaces = Namespaces.of(directory.home(sandbox.id()), sandbox);
      var home = container.directory();
      var memory = namespaces.sharedMemory();
      var saved = home.saved();
      home.write(
          "enter",
          saved.isOfImage()
              ? roots.enter(sandbox.config(), memory, home, saved)
              : scripts.enter(sandbox.config(), memory, container.config()));
      container.watch(pipes, false, clock, this::ended);
      var cgroupFiles = groups.joinFiles(container.cgroup());
      home.write(
          "launch",
          scripts.launch(
              sandbox.config(), namespaces, cgroupFiles, home.path(), container.config()));
      var shim = directory.path().resolve("shim.sh").toString();
      var begun = Programs.run(List.of("setsid", "--fork", "sh", shim, home.path().toString()));
      if (begun.code() != 0) {
        throw new RuntimeFault(RuntimeFault.Reason.RUN, "no shim was started: " + begun.output());
      }
      if (!container.awaitStarted(START_TIMEOUT)) {
        end.kill(container);
        throw new RuntimeFault(
            RuntimeFault.Reason.RUN, "the program did not start within " + START_TIMEOUT);
      }
    } catch (RuntimeFault e) {
      throw e;
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.RUN, "starting container " + id + ": " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Hears of a container's end, on the pipe thread. */
  private void ended(ProcessContainer container) {
    try {
      if (groups.ranOutOfMemory(container.cgroup())) {
        container.directory().markOutOfMemory();
      }
    } catch (IOException e) {
      LOG.warn("Whether {} ran out of memory is not known", container.cgroup(), e);
    }
    Thread.startVirtualThread(
        () -> {
          try {
            end.awaitAndSweep(container);
            var status = container.status();
            listeners.forEach(listener -> listener.accept(status));
          } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cleaning up after {} failed", container.cgroup(), e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Override
  public void stopContainer(String id, Duration grace) throws RuntimeFault, InterruptedException {
    var container = find(id);
    if (!container.directory().wasStarted() || container.hasEnded()) {
      return;
    }
    if (grace.isPositive()) {
      container.signal(container.config().stopSignal());
      if (container.awaitEnded(grace)) {
        return;
      }
    }
    try {
      end.kill(container);
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "killing container " + id + ": " + e, e);
    }
  }

  @Override
  public void removeContainer(String id) throws RuntimeFault {
    var container = find(id);
    if (container.directory().wasStarted() && !container.hasEnded()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " still runs");
    }
    containerById.remove(id);
    RuntimeDirectory.delete(container.directory().path());
    roots.release(id);
  }

  @Override
  public Optional<ContainerStatus> container(String id) {
    return Optional.ofNullable(containerById.get(id)).map(ProcessContainer::status);
  }

  @Override
  public List<ContainerStatus> containers() {
    return containerById.values().stream().map(ProcessContainer::status).toList();
  }

  @Override
  public List<ContainerStatus> containers(String podUid) {
    return containers().stream().filter(each -> each.podUid().equals(podUid)).toList();
  }

  @Override
  public void updateContainer(String id, ResourceLimits limits) throws RuntimeFault {
    var container = find(id);
    try {
      groups.limit(container.cgroup(), limits);
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "limiting " + id + " failed: " + e, e);
    }
  }

  /** Nothing is to be done: the agent's own process writes the log, and turns it over. */
  @Override
  public void reopenLog(String id) {}

  @Override
  public RunOutcome run(String id, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException {
    return Runs.end(exec(id, new ExecConfig(command, false, false)), timeout);
  }

  @Override
  public SocketChannel connect(String sandboxId, int port) throws IOException {
    var sandbox = sandboxById.get(sandboxId);
    if (sandbox == null) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is no sandbox " + sandboxId);
    }
    return NamespaceDoor.of(sandbox.place()).connect(port);
  }

  @Override
  public ExecSession exec(String id, ExecConfig config) throws RuntimeFault {
    var container = find(id);
    if (!container.directory().wasStarted() || container.hasEnded()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " does not run");
    }
    try {
      var init = container.directory().init();
      var joined = groups.joinFiles(container.cgroup());
      var isOfImage = StoredImages.isStored(container.config().image());
      var words =
          isOfImage
              ? roots.script().inside(init, joined, container.config(), config.tty())
              : scripts.inside(init, joined, container.config());
      words.addAll(config.command());
      var environment =
          isOfImage ? ImageRoots.outerEnvironment() : LaunchScript.environment(container.config());
      return config.tty()
          ? TerminalSession.start(words, environment)
          : PipeSession.start(words, environment, config.stdin());
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "running in " + id + " failed: " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public ExecSession attach(String id, boolean stdin) throws RuntimeFault {
    var container = find(id);
    if (!container.directory().wasStarted() || container.hasEnded()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " does not run");
    }
    return container.attach(stdin);
  }

  @Override
  public List<ContainerUsage> usage() {
    var all = new ArrayList<ContainerUsage>();
    for (var container : containerById.values()) {
      var sandbox = sandboxById.get(container.sandboxId());
      if (sandbox != null && container.directory().wasStarted() && !container.hasEnded()) {
        usage(container)
            .map(
                use ->
                    new ContainerUsage(
                        container.id(), sandbox.config().pod(), container.config().name(), use))
            .ifPresent(all::add);
      }
    }
    return all;
  }

  private Optional<ResourceUsage> usage(ProcessContainer container) {
    try {
      return groups.usage(container.cgroup());
    } catch (IOException e) {
      LOG.debug("The use of {} can't be read", container.cgroup(), e);
      return Optional.empty();
    }
  }

  @Override
  public void onExit(Consumer<ContainerStatus> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    pipes.close();
    try {
      store.close();
    } catch (IOException e) {
      LOG.warn("Closing the images failed", e);
    }
  }
}
