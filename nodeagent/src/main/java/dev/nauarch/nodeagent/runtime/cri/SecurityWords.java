package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Profile;
import dev.nauarch.nodeagent.runtime.ContainerConfig.SeLinux;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import dev.nauarch.nodeagent.runtime.SandboxConfig.IdRange;
import dev.nauarch.protocols.cri.Capability;
import dev.nauarch.protocols.cri.IDMapping;
import dev.nauarch.protocols.cri.Int64Value;
import dev.nauarch.protocols.cri.LinuxContainerSecurityContext;
import dev.nauarch.protocols.cri.LinuxSandboxSecurityContext;
import dev.nauarch.protocols.cri.NamespaceMode;
import dev.nauarch.protocols.cri.NamespaceOption;
import dev.nauarch.protocols.cri.SELinuxOption;
import dev.nauarch.protocols.cri.SecurityProfile;
import dev.nauarch.protocols.cri.SecurityProfile.ProfileType;
import dev.nauarch.protocols.cri.SupplementalGroupsPolicy;
import dev.nauarch.protocols.cri.UserNamespace;
import java.util.List;

/** Puts into the words of CRI as whom pods and containers run. Pure. */
final class SecurityWords {
  /** What of the kernel's files containers do not see, as in Kubernetes' agent. */
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  /** What of them they can't write to. */
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private SecurityWords() {}

  static LinuxSandboxSecurityContext sandbox(SandboxConfig config) {
    var security = config.security();
    var builder =
        LinuxSandboxSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(config))
            .setPrivileged(security.privileged())
            .addAllSupplementalGroups(security.groups())
            .setSupplementalGroupsPolicy(policy(security))
            // What holds the pod's namespaces needs no more than that, whatever the pod asks for.
            .setSeccomp(SecurityProfile.newBuilder().setProfileType(ProfileType.RuntimeDefault));
    if (security.user() >= 0) {
      builder.setRunAsUser(number(security.user()));
      if (security.group() >= 0) {
        builder.setRunAsGroup(number(security.group()));
      }
    }
    security.confinement().seLinux().ifPresent(label -> builder.setSelinuxOptions(label(label)));
    return builder.build();
  }

  static LinuxContainerSecurityContext container(SandboxConfig pod, ContainerConfig config) {
    var security = config.security();
    var confinement = security.confinement();
    var builder =
        LinuxContainerSecurityContext.newBuilder()
            .setNamespaceOptions(namespaces(pod, config))
            .setPrivileged(security.privileged())
            .setCapabilities(
                Capability.newBuilder()
                    .addAllAddCapabilities(security.addCapabilities())
                    .addAllDropCapabilities(security.dropCapabilities()))
            .addAllSupplementalGroups(security.groups())
            .setSupplementalGroupsPolicy(policy(security))
            .setNoNewPrivs(security.noNewPrivileges())
            .setReadonlyRootfs(security.readOnlyRoot())
            .setSeccomp(profile(confinement.seccomp()));
    confinement.appArmor().ifPresent(profile -> builder.setApparmor(profile(profile)));
    if (security.user() >= 0) {
      builder.setRunAsUser(number(security.user()));
    } else {
      builder.setRunAsUsername(security.userName());
    }
    if (security.group() >= 0) {
      builder.setRunAsGroup(number(security.group()));
    }
    if (!confinement.unmaskedProc() && !security.privileged()) {
      builder.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
    }
    confinement.seLinux().ifPresent(label -> builder.setSelinuxOptions(label(label)));
    return builder.build();
  }

  private static NamespaceOption namespaces(SandboxConfig pod, ContainerConfig config) {
    var builder = namespaces(pod).toBuilder();
    config.target().ifPresent(id -> builder.setPid(NamespaceMode.TARGET).setTargetId(id));
    return builder.build();
  }

  private static NamespaceOption namespaces(SandboxConfig pod) {
    var sharing = pod.sharing();
    var own = sharing.sharedPid() ? NamespaceMode.POD : NamespaceMode.CONTAINER;
    var builder =
        NamespaceOption.newBuilder()
            .setNetwork(sharing.hostNetwork() ? NamespaceMode.NODE : NamespaceMode.POD)
            .setPid(sharing.hostPid() ? NamespaceMode.NODE : own)
            .setIpc(sharing.hostIpc() ? NamespaceMode.NODE : NamespaceMode.POD);
    sharing
        .users()
        .ifPresent(
            range ->
                builder.setUsernsOptions(
                    UserNamespace.newBuilder()
                        .setMode(NamespaceMode.POD)
                        .addUids(mapping(range))
                        .addGids(mapping(range))));
    return builder.build();
  }

  static IDMapping mapping(IdRange range) {
    return IDMapping.newBuilder()
        .setHostId((int) range.first())
        .setContainerId(0)
        .setLength((int) range.count())
        .build();
  }

  private static Int64Value number(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }

  private static SupplementalGroupsPolicy policy(ContainerConfig.Security security) {
    return security.strictGroups()
        ? SupplementalGroupsPolicy.Strict
        : SupplementalGroupsPolicy.Merge;
  }

  private static SecurityProfile profile(Profile profile) {
    return SecurityProfile.newBuilder()
        .setProfileType(
            switch (profile.type()) {
              case RUNTIME_DEFAULT -> ProfileType.RuntimeDefault;
              case UNCONFINED -> ProfileType.Unconfined;
              case LOCALHOST -> ProfileType.Localhost;
            })
        .setLocalhostRef(profile.name())
        .build();
  }

  private static SELinuxOption label(SeLinux label) {
    return SELinuxOption.newBuilder()
        .setUser(label.user())
        .setRole(label.role())
        .setType(label.type())
        .setLevel(label.level())
        .build();
  }
}
