package dev.nauarch.nodeagent.runtime.cri;

import com.google.protobuf.ByteString;
import dev.nauarch.api.StopSignal;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.ImageService.RegistryLogin;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import dev.nauarch.protocols.cri.AuthConfig;
import dev.nauarch.protocols.cri.CDIDevice;
import dev.nauarch.protocols.cri.ContainerMetadata;
import dev.nauarch.protocols.cri.DNSConfig;
import dev.nauarch.protocols.cri.Device;
import dev.nauarch.protocols.cri.HugepageLimit;
import dev.nauarch.protocols.cri.ImageSpec;
import dev.nauarch.protocols.cri.KeyValue;
import dev.nauarch.protocols.cri.LinuxContainerConfig;
import dev.nauarch.protocols.cri.LinuxContainerResources;
import dev.nauarch.protocols.cri.LinuxPodSandboxConfig;
import dev.nauarch.protocols.cri.Mount;
import dev.nauarch.protocols.cri.MountPropagation;
import dev.nauarch.protocols.cri.PodSandboxConfig;
import dev.nauarch.protocols.cri.PodSandboxMetadata;
import dev.nauarch.protocols.cri.PortMapping;
import dev.nauarch.protocols.cri.Protocol;
import dev.nauarch.protocols.cri.Signal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts pods and containers into the words of CRI. Pure. */
final class Requests {
  /** Labels by which kubelets, and tools for runtimes, find what belongs to a pod. */
  static final String POD_NAME = "io.kubernetes.pod.name";

  static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
  static final String POD_UID = "io.kubernetes.pod.uid";
  static final String CONTAINER_NAME = "io.kubernetes.container.name";

  /** Whose sandboxes and containers they are, of the agents that share a runtime. */
  static final String OWNER = "nauarch.dev/agent";

  /** What a container is to be stopped with, for a runtime that does not know of such wishes. */
  static final String STOP_SIGNAL = "nauarch.dev/stop-signal";

  private final String owner;

  /**
   * @param owner names the agent on this machine
   */
  Requests(String owner) {
    this.owner = owner;
  }

  PodSandboxConfig sandbox(SandboxConfig config) {
    var pod = config.pod();
    var labels = new LinkedHashMap<>(config.labels().labels());
    labels.putAll(identity(config));
    var builder =
        PodSandboxConfig.newBuilder()
            .setMetadata(
                PodSandboxMetadata.newBuilder()
                    .setName(pod.name())
                    .setNamespace(pod.namespace())
                    .setUid(pod.uid())
                    .setAttempt(config.attempt()))
            .setHostname(config.sharing().hostNetwork() ? "" : config.hostname())
            .setLogDirectory(config.logs().toString())
            .setDnsConfig(
                DNSConfig.newBuilder()
                    .addAllServers(config.resolver().servers())
                    .addAllSearches(config.resolver().searches())
                    .addAllOptions(config.resolver().options()))
            .putAllLabels(labels)
            .putAllAnnotations(config.labels().annotations())
            .setLinux(
                LinuxPodSandboxConfig.newBuilder()
                    .setCgroupParent(config.cgroup())
                    .setSecurityContext(SecurityWords.sandbox(config))
                    .putAllSysctls(config.sysctls())
                    .setResources(resources(config.limits())));
    for (var port : config.ports()) {
      builder.addPortMappings(
          PortMapping.newBuilder()
              .setProtocol(Protocol.valueOf(port.protocol()))
              .setContainerPort(port.port())
              .setHostPort(port.hostPort())
              .setHostIp(port.hostIp()));
    }
    return builder.build();
  }

  private Map<String, String> identity(SandboxConfig config) {
    var pod = config.pod();
    return Map.of(
        POD_NAME, pod.name(), POD_NAMESPACE, pod.namespace(), POD_UID, pod.uid(), OWNER, owner);
  }

  dev.nauarch.protocols.cri.ContainerConfig container(SandboxConfig pod, ContainerConfig config) {
    var builder =
        dev.nauarch.protocols.cri.ContainerConfig.newBuilder()
            .setMetadata(
                ContainerMetadata.newBuilder().setName(config.name()).setAttempt(config.attempt()))
            .setImage(image(config.image()))
            .addAllCommand(config.command())
            .addAllArgs(config.arguments())
            .setWorkingDir(config.workingDirectory())
            .putAllLabels(identity(pod))
            .putLabels(CONTAINER_NAME, config.name())
            .putAllAnnotations(config.devices().annotations())
            .putAnnotations(STOP_SIGNAL, String.valueOf(config.stopSignal()))
            .setLogPath(pod.logs().relativize(config.logFile()).toString())
            .setStdin(config.interaction().stdin())
            .setStdinOnce(config.interaction().stdinOnce())
            .setTty(config.interaction().tty())
            .setStopSignal(signal(config.stopSignal()))
            .setLinux(
                LinuxContainerConfig.newBuilder()
                    .setResources(resources(config.limits()))
                    .setSecurityContext(SecurityWords.container(pod, config)));
    config
        .environment()
        .forEach(
            (name, value) ->
                builder.addEnvs(
                    KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value))));
    config.mounts().forEach(mount -> builder.addMounts(mount(pod, mount)));
    for (var node : config.devices().nodes()) {
      builder.addDevices(
          Device.newBuilder()
              .setHostPath(node.source())
              .setContainerPath(node.target())
              .setPermissions(node.permissions()));
    }
    for (var name : config.devices().cdi()) {
      builder.addCDIDevices(CDIDevice.newBuilder().setName(name));
    }
    return builder.build();
  }

  private static ImageSpec image(ContainerImage image) {
    return ImageSpec.newBuilder()
        .setImage(image.reference())
        .setUserSpecifiedImage(image.name())
        .build();
  }

  private static Mount mount(SandboxConfig pod, ContainerConfig.Mount mount) {
    var builder =
        Mount.newBuilder()
            .setContainerPath(mount.target())
            .setReadonly(mount.readOnly())
            .setRecursiveReadOnly(mount.access() == ContainerConfig.Access.RECURSIVE_READ_ONLY)
            .setPropagation(
                switch (mount.propagation()) {
                  case NONE -> MountPropagation.PROPAGATION_PRIVATE;
                  case HOST_TO_CONTAINER -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                  case BIDIRECTIONAL -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
                });
    mount
        .image()
        .ifPresentOrElse(
            image -> builder.setImage(image(image)).setImageSubPath(mount.source().toString()),
            () -> builder.setHostPath(mount.source().toString()));
    pod.sharing()
        .users()
        .ifPresent(
            range -> {
              builder.addUidMappings(SecurityWords.mapping(range));
              builder.addGidMappings(SecurityWords.mapping(range));
            });
    return builder.build();
  }

  static LinuxContainerResources resources(ResourceLimits limits) {
    var tuning = limits.tuning();
    var builder =
        LinuxContainerResources.newBuilder()
            .setCpuShares(limits.cpuShares())
            .setMemoryLimitInBytes(limits.memoryBytes())
            // As much with swap as without: pods do not swap.
            .setMemorySwapLimitInBytes(limits.memoryBytes())
            .setOomScoreAdj(tuning.oomScoreAdjust())
            .setCpusetCpus(tuning.cpus())
            .setCpusetMems(tuning.memoryNodes())
            .putAllUnified(tuning.unified());
    if (limits.cpuQuotaMicros() > 0) {
      builder.setCpuQuota(limits.cpuQuotaMicros()).setCpuPeriod(ResourceLimits.CPU_PERIOD_MICROS);
    }
    tuning
        .hugePages()
        .forEach(
            (size, bytes) ->
                builder.addHugepageLimits(
                    HugepageLimit.newBuilder().setPageSize(size).setLimit(bytes)));
    return builder.build();
  }

  static AuthConfig login(RegistryLogin login) {
    return AuthConfig.newBuilder()
        .setServerAddress(login.server())
        .setUsername(login.user())
        .setPassword(login.password())
        .setIdentityToken(login.identityToken())
        .setRegistryToken(login.registryToken())
        .build();
  }

  private static Signal signal(int number) {
    return number == 0
        ? Signal.SIGNAL_RUNTIME_DEFAULT
        : Signal.valueOf(
            "SIGNAL_" + StopSignal.name(number).replace("+", "PLUS").replace("-", "MINUS"));
  }
}
