package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.cdi.CdiFiles;
import dev.nauarch.nodeagent.equipment.DescribedGear;
import dev.nauarch.nodeagent.equipment.Gear;
import dev.nauarch.nodeagent.lifecycle.Exit;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import dev.nauarch.nodeagent.lifecycle.ProbeKind;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.Sandbox;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the steps of one pod, each on a virtual thread of its own, and tells the worker what came
 * of it.
 */
final class PodSteps {
  private static final Logger LOG = LoggerFactory.getLogger(PodSteps.class);

  /** Even a container that is to go at once may finish a write. */
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  private final NodeContext node;
  private final Handlers handlers;
  private final Supplier<Pod> pod;
  private final Consumer<PodEvent> worker;
  private final SandboxConfigs sandboxes;
  private final Map<String, String> idByAttempt = new ConcurrentHashMap<>();
  private volatile Map<String, Path> volumes = Map.of();
  private volatile Optional<Sandbox> sandbox = Optional.empty();
  private volatile List<String> addresses = List.of();
  private volatile @Nullable GangWatch gang;

  PodSteps(NodeContext node, Handlers handlers, Supplier<Pod> pod, Consumer<PodEvent> worker) {
    this.node = node;
    this.handlers = handlers;
    this.sandboxes = new SandboxConfigs(node);
    this.pod = pod;
    this.worker = worker;
  }

  private PodIdentity identity() {
    var metadata = pod.get().getMetadata();
    return new PodIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }

  private String uid() {
    return pod.get().getMetadata().getUid();
  }

  /** Something that may fail and takes time. */
  private interface Step {
    void run() throws IOException, InterruptedException, ConfigFault;
  }

  private void begin(String what, Step step, Consumer<String> onFailure) {
    Thread.ofVirtual()
        .name(what + "-" + identity())
        .start(
            () -> {
              try {
                step.run();
              } catch (IOException | ConfigFault e) {
                onFailure.accept(String.valueOf(e.getMessage()));
              } catch (ApiException | UncheckedIOException e) {
                LOG.warn("Pod {}: {} failed", identity(), what, e);
                onFailure.accept(String.valueOf(e.getMessage()));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** The id of a container's attempt, once it was made. */
  Optional<String> containerId(String name, int attempt) {
    return Optional.ofNullable(idByAttempt.get(name + "." + attempt));
  }

  /** The pod's sandbox, once it was made. */
  Optional<Sandbox> sandbox() {
    return sandbox;
  }

  /** Where the pod is reached first; empty before it has an address. */
  private String address() {
    return addresses.isEmpty() ? "" : addresses.getFirst();
  }

  /** The pod's addresses by its sandbox; those of the node where it is on the node's network. */
  List<String> addresses(Sandbox made) {
    return Boolean.TRUE.equals(pod.get().getSpec().getHostNetwork())
        ? List.of(node.nodeIp())
        : made.addresses();
  }

  /** Takes what an agent before this one had made. */
  void adopt(Sandbox found, Iterable<ContainerStatus> containers) {
    sandbox = Optional.of(found);
    addresses = addresses(found);
    containers.forEach(each -> idByAttempt.put(each.name() + "." + each.attempt(), each.id()));
    begin("adopt", () -> volumes = node.volumes().prepare(pod.get()), message -> {});
  }

  void awaitGang(PodCommand.AwaitGang step) {
    gang =
        GangWatch.start(
            node.client(),
            pod.get().getMetadata().getNamespace(),
            step.group(),
            () -> worker.accept(new PodEvent.GangBound()));
  }

  void prepareVolumes() {
    endGangWatch();
    begin(
        "volumes",
        () -> {
          volumes = node.volumes().prepare(pod.get());
          worker.accept(new PodEvent.VolumesReady());
        },
        message -> worker.accept(new PodEvent.VolumesFailed(message)));
  }

  private void endGangWatch() {
    var watch = gang;
    if (watch != null) {
      watch.close();
      gang = null;
    }
  }

  void runSandbox() {
    begin(
        "sandbox",
        () -> {
          var wanted = pod.get();
          prepareEquipment(wanted);
          var attempt = removeSandboxes();
          var config = sandboxes.of(wanted, attempt);
          if (node.cgroups().isPresent()) {
            node.cgroups().get().create(SandboxConfigs.group(wanted), config.limits());
          }
          var made = node.runtime().runPodSandbox(config);
          sandbox = Optional.of(made);
          addresses = addresses(made);
          new PodFiles(node.volumes().home(uid()).resolve("etc"))
              .write(wanted, addresses, node.dns());
          worker.accept(new PodEvent.SandboxReady(addresses));
        },
        message -> worker.accept(new PodEvent.SandboxFailed(message)));
  }

  /**
   * Removes what was made of the pod's sandboxes before.
   *
   * @return the number of the next attempt
   */
  private int removeSandboxes() throws RuntimeFault {
    var next = 0;
    for (var each : node.runtime().sandboxes()) {
      if (each.pod().uid().equals(uid())) {
        next = Math.max(next, each.attempt() + 1);
        node.runtime().stopPodSandbox(each.id());
        node.runtime().removePodSandbox(each.id());
      }
    }
    return next;
  }

  private Optional<Container> container(String name) {
    var spec = pod.get().getSpec();
    return Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
        .filter(each -> each.getName().equals(name))
        .findFirst();
  }

  void start(PodCommand.Start step) {
    var container = container(step.name()).orElseThrow();
    begin(
        "start",
        () -> {
          try {
            make(container, step);
          } catch (RuntimeFault e) {
            var reason = e.reason().text();
            worker.accept(
                new PodEvent.NotStarted(
                    step.name(), step.attempt(), reason, String.valueOf(e.getMessage())));
          }
        },
        message ->
            worker.accept(
                new PodEvent.NotStarted(
                    step.name(), step.attempt(), RuntimeFault.Reason.CONFIG.text(), message)));
  }

  private void make(Container container, PodCommand.Start step)
      throws IOException, InterruptedException, ConfigFault {
    var key = step.name() + "." + step.attempt();
    var failed = idByAttempt.remove(key);
    if (failed != null) {
      node.runtime().removeContainer(failed);
    }
    forgetOldAttempts(step);
    var within = sandbox.orElseThrow();
    var surroundings = sandboxes.of(pod.get(), within.attempt());
    var image = new PodImages(node, pod.get()).of(container, surroundings.handler());
    var config = configs().of(container, step.attempt(), image, volumes, gear(container));
    var id = node.runtime().createContainer(within.id(), surroundings, config);
    idByAttempt.put(key, id);
    node.runtime().startContainer(id);
    var at = node.runtime().container(id).orElseThrow().startedAt();
    worker.accept(new PodEvent.Started(step.name(), step.attempt(), id, at));
    var lifecycle = container.getLifecycle();
    if (lifecycle != null && lifecycle.getPostStart() != null) {
      var answer =
          handlers.hook(lifecycle.getPostStart(), container, id, address(), Duration.ofMinutes(5));
      var failure = answer.success() ? "" : "PostStartHook failed: " + answer.message();
      worker.accept(new PodEvent.HookDone(step.name(), step.attempt(), failure));
    }
  }

  private void prepareEquipment(Pod wanted) throws IOException {
    try {
      node.equipment().prepare(wanted);
    } catch (IOException e) {
      var message = String.valueOf(e.getMessage());
      node.events().record(wanted, "Warning", "FailedPrepareDynamicResources", message);
      throw e;
    }
  }

  /** What a container gets of the machine, in words that the runtime knows. */
  private Gear gear(Container container) throws IOException {
    var gear = node.equipment().of(pod.get(), container);
    return node.runtimeName().equals("process")
        ? DescribedGear.of(gear, CdiFiles.ofMachine())
        : gear;
  }

  private ContainerConfigs configs() {
    var wanted = pod.get();
    var addressed =
        new PodBuilder(wanted)
            .editOrNewStatus()
            .withPodIP(address())
            .withPodIPs(addresses.stream().map(PodIP::new).toList())
            .withHostIP(node.nodeIp())
            .withHostIPs()
            .addNewHostIP(node.nodeIp())
            .endStatus()
            .build();
    return new ContainerConfigs(node, addressed);
  }

  /** Keeps of a container this attempt and the one before, for people who look for the cause. */
  private void forgetOldAttempts(PodCommand.Start step) throws IOException {
    for (var attempt = step.attempt() - 2; attempt >= 0; attempt--) {
      var id = idByAttempt.remove(step.name() + "." + attempt);
      if (id == null) {
        return;
      }
      node.runtime().removeContainer(id);
      var log = ContainerConfigs.log(node.logs(), pod.get(), step.name(), attempt);
      Files.deleteIfExists(log);
      Files.deleteIfExists(configs().lastWords(step.name(), attempt));
    }
  }

  void stop(PodCommand.Stop step) {
    var id = containerId(step.name(), step.attempt());
    if (id.isEmpty()) {
      return;
    }
    begin(
        "stop",
        () -> {
          var begun = node.clock().instant();
          var container = container(step.name()).orElseThrow();
          var lifecycle = container.getLifecycle();
          if (lifecycle != null && lifecycle.getPreStop() != null && step.grace().isPositive()) {
            var answer =
                handlers.hook(lifecycle.getPreStop(), container, id.get(), address(), step.grace());
            if (!answer.success()) {
              node.events().record(pod.get(), "Warning", "FailedPreStopHook", answer.message());
            }
          }
          var left = step.grace().minus(Duration.between(begun, node.clock().instant()));
          node.runtime()
              .stopContainer(id.get(), left.compareTo(LEAST_GRACE) > 0 ? left : LEAST_GRACE);
        },
        message -> node.events().record(pod.get(), "Warning", "FailedKillPod", message));
  }

  void probe(PodCommand.RunProbe step) {
    var container = container(step.name());
    var id = containerId(step.name(), step.attempt());
    if (container.isEmpty() || id.isEmpty()) {
      return;
    }
    var probe = probeOf(container.get(), step.kind());
    if (probe == null) {
      return;
    }
    begin(
        "probe",
        () -> {
          var answer = handlers.probe(probe, container.get(), id.get(), address());
          worker.accept(
              new PodEvent.Probed(
                  step.name(), step.attempt(), step.kind(), answer.success(), answer.message()));
        },
        message ->
            worker.accept(
                new PodEvent.Probed(step.name(), step.attempt(), step.kind(), false, message)));
  }

  private static @Nullable Probe probeOf(Container container, ProbeKind kind) {
    return switch (kind) {
      case STARTUP -> container.getStartupProbe();
      case LIVENESS -> container.getLivenessProbe();
      case READINESS -> container.getReadinessProbe();
    };
  }

  /** Tells the worker that a container has ended. */
  void ended(ContainerStatus status) {
    worker.accept(new PodEvent.Ended(status.name(), status.attempt(), exit(status)));
  }

  /** How a container that has ended did so, with its last words. */
  Exit exit(ContainerStatus status) {
    var message = status.message();
    try {
      var container = container(status.name());
      if (message.isEmpty() && container.isPresent()) {
        var words = configs().lastWords(status.name(), status.attempt());
        message = LastWords.of(container.get(), status.exitCode(), words, status.logFile());
      }
    } catch (IOException e) {
      LOG.warn("The last words of {} can't be read", status.id(), e);
    }
    return new Exit(
        status.id(),
        status.exitCode(),
        status.reason(),
        message,
        status.startedAt(),
        status.finishedAt());
  }

  void tearDown() {
    endGangWatch();
    begin(
        "teardown",
        () -> {
          for (var each : node.runtime().sandboxes()) {
            if (each.pod().uid().equals(uid())) {
              node.runtime().stopPodSandbox(each.id());
            }
          }
          node.equipment().release(uid());
          if (node.cgroups().isPresent()) {
            node.cgroups().get().remove(SandboxConfigs.group(pod.get()));
          }
          node.volumes().tearDown(uid());
          worker.accept(new PodEvent.TornDown());
        },
        message -> worker.accept(new PodEvent.TearDownFailed(message)));
  }

  /** Deletes all that is left of the pod on this node, its logs too. */
  void forget() {
    try {
      removeSandboxes();
      node.equipment().release(uid());
      node.volumes().remove(uid());
      PodWorkers.deleteTree(ContainerConfigs.logs(node.logs(), pod.get()));
    } catch (IOException e) {
      LOG.warn("Something of pod {} is left on the node", identity(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
