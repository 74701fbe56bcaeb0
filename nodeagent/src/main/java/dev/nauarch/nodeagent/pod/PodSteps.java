package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.nodeagent.PodAddress;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.lifecycle.Exit;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import dev.nauarch.nodeagent.lifecycle.ProbeKind;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ImageAnswer;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import dev.nauarch.nodeagent.spec.ContainerResources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * of it. The sandbox is named after the pod's uid.
 */
final class PodSteps {
  private static final Logger LOG = LoggerFactory.getLogger(PodSteps.class);

  /** Even a container that is to go at once may finish a write. */
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  private final NodeContext node;
  private final Handlers handlers;
  private final Supplier<Pod> pod;
  private final Consumer<PodEvent> worker;
  private final Map<String, String> idByAttempt = new ConcurrentHashMap<>();
  private volatile Map<String, Path> volumes = Map.of();
  private volatile String address = "";
  private volatile @Nullable GangWatch gang;

  PodSteps(NodeContext node, Handlers handlers, Supplier<Pod> pod, Consumer<PodEvent> worker) {
    this.node = node;
    this.handlers = handlers;
    this.pod = pod;
    this.worker = worker;
  }

  private PodIdentity identity() {
    var metadata = pod.get().getMetadata();
    return new PodIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }

  private String sandboxId() {
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

  String address() {
    return address;
  }

  /** Takes what an agent before this one had made. */
  void adopt(String knownAddress, Iterable<ContainerStatus> containers) {
    address = knownAddress;
    containers.forEach(each -> idByAttempt.put(each.name() + "." + each.attempt(), each.id()));
    begin("adopt", () -> volumes = node.volumes().prepare(pod.get()), message -> {});
  }

  void addressed(PodStatus status) {
    if (status.getPodIP() != null) {
      address = status.getPodIP();
    }
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
          var hostNetwork = Boolean.TRUE.equals(wanted.getSpec().getHostNetwork());
          if (Boolean.TRUE.equals(wanted.getSpec().getShareProcessNamespace())) {
            throw new RuntimeFault(
                RuntimeFault.Reason.SANDBOX, "shareProcessNamespace is not supported yet");
          }
          var runtimeClass = wanted.getSpec().getRuntimeClassName();
          if (runtimeClass != null && !runtimeClass.isEmpty()) {
            // To run it with less isolation than it asks for would be worse than not to run it.
            throw new RuntimeFault(
                RuntimeFault.Reason.SANDBOX,
                "no handler of RuntimeClass \"" + runtimeClass + "\" on this node");
          }
          var place =
              hostNetwork
                  ? new PodAddress(node.nodeIp(), Optional.empty())
                  : node.network().attach(identity());
          new PodFiles(node.volumes().home(sandboxId()).resolve("etc"))
              .write(wanted, place.ip(), node.network().clusterDns());
          node.runtime()
              .runPodSandbox(
                  new SandboxConfig(
                      sandboxId(),
                      identity(),
                      PodFiles.kernelName(wanted, node.network().clusterDns()),
                      place.namespace(),
                      place.ip(),
                      Boolean.TRUE.equals(wanted.getSpec().getHostPID()),
                      Boolean.TRUE.equals(wanted.getSpec().getHostIPC()),
                      ContainerResources.podLimits(wanted)));
          address = place.ip();
          worker.accept(new PodEvent.SandboxReady(place.ip()));
        },
        message -> worker.accept(new PodEvent.SandboxFailed(message)));
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
          if (node.runtime().pullImage(container.getImage())
              instanceof ImageAnswer.Missing(var why)) {
            worker.accept(
                new PodEvent.NotStarted(step.name(), step.attempt(), "ErrImagePull", why));
            return;
          }
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
    var config = configs().of(container, step.attempt(), volumes);
    var id = node.runtime().createContainer(sandboxId(), config);
    idByAttempt.put(key, id);
    node.runtime().startContainer(id);
    var at = node.runtime().container(id).orElseThrow().startedAt();
    worker.accept(new PodEvent.Started(step.name(), step.attempt(), id, at));
    var lifecycle = container.getLifecycle();
    if (lifecycle != null && lifecycle.getPostStart() != null) {
      var answer =
          handlers.hook(lifecycle.getPostStart(), container, id, address, Duration.ofMinutes(5));
      var failure = answer.success() ? "" : "PostStartHook failed: " + answer.message();
      worker.accept(new PodEvent.HookDone(step.name(), step.attempt(), failure));
    }
  }

  private ContainerConfigs configs() {
    var wanted = pod.get();
    var addressed =
        new PodBuilder(wanted)
            .editOrNewStatus()
            .withPodIP(address)
            .withPodIPs()
            .addNewPodIP(address)
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
                handlers.hook(lifecycle.getPreStop(), container, id.get(), address, step.grace());
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
          var answer = handlers.probe(probe, container.get(), id.get(), address);
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
          node.runtime().stopPodSandbox(sandboxId());
          node.network().detach(identity());
          node.volumes().tearDown(sandboxId());
          worker.accept(new PodEvent.TornDown());
        },
        message -> worker.accept(new PodEvent.TearDownFailed(message)));
  }

  /** Deletes all that is left of the pod on this node, its logs too. */
  void forget() {
    try {
      node.runtime().removePodSandbox(sandboxId());
      node.volumes().remove(sandboxId());
      PodWorkers.deleteTree(ContainerConfigs.logs(node.logs(), pod.get()));
    } catch (IOException e) {
      LOG.warn("Something of pod {} is left on the node", identity(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
