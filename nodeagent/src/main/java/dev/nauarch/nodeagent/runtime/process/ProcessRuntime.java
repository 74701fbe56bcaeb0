package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ExecConfig;
import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.runtime.ImageAnswer;
import dev.nauarch.nodeagent.runtime.ResourceUsage;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs containers as process trees of this machine, made of the image {@code host}: the machine's
 * own file system. See the package for how.
 *
 * <p>On disk: a directory per sandbox, in it {@code sandbox.json} and a directory per container.
 */
public final class ProcessRuntime implements ContainerRuntime {
  /** The only image there is. */
  public static final String HOST_IMAGE = "host";

  private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration KILL_ROUND = Duration.ofMillis(50);
  private static final int SIGKILL = 9;

  private final Path directory;
  private final Isolation isolation;
  private final Optional<Cgroups> cgroups;
  private final PipeWatch pipes;
  private final LaunchScript scripts;
  private final InstantSource clock;
  private final Map<String, SandboxConfig> sandboxById = new ConcurrentHashMap<>();
  private final Map<String, ProcessContainer> containerById = new ConcurrentHashMap<>();
  private final List<Consumer<ContainerStatus>> listeners = new CopyOnWriteArrayList<>();

  private ProcessRuntime(
      Path directory, Isolation isolation, Optional<Cgroups> cgroups, InstantSource clock)
      throws IOException {
    this.directory = directory;
    this.isolation = isolation;
    this.cgroups = cgroups;
    this.clock = clock;
    this.pipes = new PipeWatch();
    this.scripts = new LaunchScript(isolation, directory.resolve("enter.sh"));
  }

  /**
   * Opens the runtime over a directory and finds the containers that are there.
   *
   * @param directory all that is kept on disk
   * @param cgroupName names the cgroup of this cluster and node, for example {@code nauarch-dev};
   *     two runtimes of one machine take different ones
   */
  public static ProcessRuntime open(Path directory, String cgroupName, InstantSource clock)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    for (var script : List.of("shim.sh", "enter.sh")) {
      try (var in = ProcessRuntime.class.getResourceAsStream(script)) {
        if (in == null) {
          throw new IllegalStateException("the program " + script + " is not in the jar");
        }
        Files.write(directory.resolve(script), in.readAllBytes());
      }
    }
    var isolation = Isolation.detect();
    var cgroups =
        isolation == Isolation.FULL ? Cgroups.open(cgroupName) : Optional.<Cgroups>empty();
    if (cgroups.isEmpty()) {
      LOG.warn("Limits of processors and memory are not enforced: no cgroups can be made here");
    }
    var runtime = new ProcessRuntime(directory.toAbsolutePath(), isolation, cgroups, clock);
    runtime.forgetAfterReboot();
    runtime.adopt();
    return runtime;
  }

  /** A machine that was started anew has none of the processes and namespaces of before. */
  private void forgetAfterReboot() throws IOException {
    var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
    var file = directory.resolve("boot");
    if (Files.exists(file) && !Files.readString(file).equals(boot)) {
      try (var sandboxes = Files.newDirectoryStream(directory, Files::isDirectory)) {
        for (var sandbox : sandboxes) {
          delete(sandbox);
        }
      }
    }
    Files.writeString(file, boot);
  }

  private void adopt() throws IOException {
    try (var sandboxes = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (var sandbox : sandboxes) {
        var file = sandbox.resolve("sandbox.json");
        if (!Files.exists(file)) {
          continue;
        }
        var config = JSON.readValue(Files.readAllBytes(file), SandboxConfig.class);
        sandboxById.put(config.id(), config);
        adoptContainers(config, sandbox);
      }
    }
  }

  private void adoptContainers(SandboxConfig sandbox, Path path) throws IOException {
    try (var found = Files.newDirectoryStream(path, Files::isDirectory)) {
      for (var each : found) {
        if (!Files.exists(each.resolve("config.json"))) {
          continue;
        }
        var home = new ContainerDirectory(each);
        var id = sandbox.id() + "/" + each.getFileName();
        var container = new ProcessContainer(id, sandbox.id(), home.saved().config(), home);
        containerById.put(id, container);
        if (home.wasStarted()) {
          container.watch(pipes, true, clock, this::ended);
        }
      }
    }
  }

  @Override
  public Version version() {
    return new Version("process", "0.1.0");
  }

  @Override
  public ImageAnswer pullImage(String image) {
    return image.equals(HOST_IMAGE)
        ? new ImageAnswer.Present("host")
        : new ImageAnswer.Missing(
            "image \""
                + image
                + "\" can't be run: the process runtime has only the image \"host\", which is"
                + " this machine's own file system");
  }

  private Path home(String sandboxId) {
    return directory.resolve(sandboxId);
  }

  @Override
  public void runPodSandbox(SandboxConfig config) throws RuntimeFault {
    try {
      var home = home(config.id());
      Files.createDirectories(home);
      if (cgroups.isPresent()) {
        cgroups.get().create(config.id(), config.limits());
        cgroups.get().divide(config.id());
      }
      var namespaces = Namespaces.of(home, config);
      if (isolation == Isolation.FULL) {
        namespaces.create(config.hostname());
      } else if (config.networkNamespace().isPresent()) {
        throw new RuntimeFault(
            RuntimeFault.Reason.SANDBOX, "a network namespace needs an agent that runs as root");
      } else {
        Files.createDirectories(namespaces.sharedMemory());
      }
      Files.write(home.resolve("sandbox.json"), JSON.writeValueAsBytes(config));
      sandboxById.put(config.id(), config);
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
    var config = sandboxById.get(id);
    if (config == null) {
      return;
    }
    try {
      for (var container : containerById.values()) {
        if (container.sandboxId().equals(id)) {
          kill(container);
        }
      }
      if (isolation == Isolation.FULL) {
        Namespaces.of(home(id), config).remove();
      }
      if (cgroups.isPresent()) {
        removeGroup(id, System.nanoTime() + KILL_TIMEOUT.toNanos());
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
    containerById.values().removeIf(container -> container.sandboxId().equals(id));
    delete(home(id));
  }

  private static void delete(Path path) throws RuntimeFault {
    try (var tree = Files.walk(path)) {
      for (var each : tree.toList().reversed()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "deleting " + path + " failed: " + e, e);
    }
  }

  @Override
  public List<SandboxConfig> sandboxes() {
    return List.copyOf(sandboxById.values());
  }

  @Override
  public String createContainer(String sandboxId, ContainerConfig config) throws RuntimeFault {
    scripts.check(config);
    if (!sandboxById.containsKey(sandboxId)) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is no sandbox " + sandboxId);
    }
    var name = config.name() + "." + config.attempt();
    var id = sandboxId + "/" + name;
    try {
      var saved = new ContainerDirectory.Saved(sandboxId, config);
      var home = ContainerDirectory.create(home(sandboxId).resolve(name), saved);
      if (cgroups.isPresent()) {
        cgroups.get().create(id, config.limits());
      }
      containerById.put(id, new ProcessContainer(id, sandboxId, config, home));
      return id;
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.CREATE, "making container " + id + ": " + e, e);
    }
  }

  private ProcessContainer find(String id) throws RuntimeFault {
    var container = containerById.get(id);
    if (container == null) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is no container " + id);
    }
    return container;
  }

  private List<Path> joinFiles(ProcessContainer container) {
    return cgroups.map(groups -> groups.joinFiles(container.cgroup())).orElse(List.of());
  }

  @Override
  public void startContainer(String id) throws RuntimeFault {
    var container = find(id);
    var sandbox = sandboxById.get(container.sandboxId());
    if (sandbox == null || container.directory().wasStarted()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " can't be started");
    }
    try {
      var namespaces = Namespaces.of(home(sandbox.id()), sandbox);
      var home = container.directory();
      var memory = namespaces.sharedMemory();
      home.write("enter", scripts.enter(sandbox, memory, container.config()));
      container.watch(pipes, false, clock, this::ended);
      var cgroupFiles = joinFiles(container);
      home.write(
          "launch",
          scripts.launch(sandbox, namespaces, cgroupFiles, home.path(), container.config()));
      var shim = directory.resolve("shim.sh").toString();
      var begun = Programs.run(List.of("setsid", "--fork", "sh", shim, home.path().toString()));
      if (begun.code() != 0) {
        throw new RuntimeFault(RuntimeFault.Reason.RUN, "no shim was started: " + begun.output());
      }
      if (!container.awaitStarted(START_TIMEOUT)) {
        kill(container);
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
      if (cgroups.isPresent() && cgroups.get().oomKills(container.cgroup()) > 0) {
        container.directory().markOutOfMemory();
      }
    } catch (IOException e) {
      LOG.warn("Whether {} ran out of memory is not known", container.cgroup(), e);
    }
    Thread.startVirtualThread(
        () -> {
          try {
            container.awaitEnded(KILL_TIMEOUT);
            sweep(container);
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
      kill(container);
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "killing container " + id + ": " + e, e);
    }
  }

  /** Kills everything that a container started, and waits until it is gone. */
  private void kill(ProcessContainer container) throws IOException, InterruptedException {
    if (container.directory().wasStarted() && !container.hasEnded()) {
      var init = container.directory().init();
      if (init.isPresent() && cgroups.isEmpty()) {
        ProcessHandle.of(init.getAsLong())
            .ifPresent(root -> root.descendants().forEach(ProcessHandle::destroyForcibly));
      }
      container.signal(SIGKILL);
    }
    sweep(container);
    if (container.directory().wasStarted() && !container.awaitEnded(KILL_TIMEOUT)) {
      throw new RuntimeFault(
          RuntimeFault.Reason.STATE, "container " + container.cgroup() + " can't be killed");
    }
  }

  /** Kills what is left in a container's cgroup, and removes the group. */
  private void sweep(ProcessContainer container) throws IOException, InterruptedException {
    if (cgroups.isEmpty()) {
      return;
    }
    var deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
    var left = cgroups.get().processes(container.cgroup());
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      left.forEach(pid -> Posix.kill(pid, SIGKILL));
      Thread.sleep(KILL_ROUND);
      left = cgroups.get().processes(container.cgroup());
    }
    if (container.hasEnded()) {
      removeGroup(container.cgroup(), deadline);
    }
  }

  private void removeGroup(String path, long deadline) throws IOException, InterruptedException {
    while (true) {
      try {
        cgroups.orElseThrow().remove(path);
        return;
      } catch (FileSystemException e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
        Thread.sleep(KILL_ROUND);
      }
    }
  }

  @Override
  public void removeContainer(String id) throws RuntimeFault {
    var container = find(id);
    if (container.directory().wasStarted() && !container.hasEnded()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " still runs");
    }
    containerById.remove(id);
    delete(container.directory().path());
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
  public SocketChannel connect(String sandboxId, int port) throws IOException {
    var sandbox = sandboxById.get(sandboxId);
    if (sandbox == null) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "there is no sandbox " + sandboxId);
    }
    return NamespaceDoor.of(sandbox).connect(port);
  }

  @Override
  public ExecSession exec(String id, ExecConfig config) throws RuntimeFault {
    var container = find(id);
    if (!container.directory().wasStarted() || container.hasEnded()) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "container " + id + " does not run");
    }
    try {
      var words =
          scripts.inside(container.directory().init(), joinFiles(container), container.config());
      words.addAll(config.command());
      var environment = LaunchScript.environment(container.config());
      return config.tty()
          ? TerminalSession.start(words, environment)
          : PipeSession.start(words, environment, config.stdin());
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "running in " + id + " failed: " + e, e);
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
  public Optional<ResourceUsage> usage(String id) {
    try {
      return cgroups.isPresent() ? cgroups.get().usage(id) : Optional.empty();
    } catch (IOException e) {
      LOG.debug("The use of {} can't be read", id, e);
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
  }
}
