package dev.nauarch.nodeagent.spec;

import dev.nauarch.nodeagent.runtime.ContainerConfig.Confinement;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Profile;
import dev.nauarch.nodeagent.runtime.ContainerConfig.SeLinux;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ImageService.ImageInfo;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** As whom pods and containers run: what a container says, then its pod, then its image. */
public final class PodSecurity {
  private static final String SECCOMP_DIRECTORY = "/var/lib/kubelet/seccomp";

  private PodSecurity() {}

  /** As whom a pod's surroundings are held. */
  public static Security ofSandbox(Pod pod) {
    var shared = shared(pod);
    return new Security(
        first(null, shared.getRunAsUser()),
        "",
        first(null, shared.getRunAsGroup()),
        groups(shared),
        "Strict".equals(shared.getSupplementalGroupsPolicy()),
        pod.getSpec().getContainers().stream().anyMatch(PodSecurity::isPrivileged),
        List.of(),
        List.of(),
        false,
        false,
        new Confinement(
            Profile.RUNTIME_DEFAULT,
            Optional.empty(),
            Optional.ofNullable(shared.getSeLinuxOptions()).map(PodSecurity::label),
            false));
  }

  /**
   * As whom a container runs.
   *
   * @param image what it is made of
   * @throws IllegalArgumentException where it must not run as root and would, or that is not known
   */
  public static Security of(Pod pod, Container container, ImageInfo image) {
    var shared = shared(pod);
    var own = own(container);
    var asked = first(own.getRunAsUser(), shared.getRunAsUser());
    var user = asked >= 0 ? asked : image.user().orElse(-1L);
    var name = user >= 0 ? "" : image.userName();
    var nonRoot = own.getRunAsNonRoot() == null ? shared.getRunAsNonRoot() : own.getRunAsNonRoot();
    if (Boolean.TRUE.equals(nonRoot)) {
      refuseRoot(user, name);
    }
    var capabilities = own.getCapabilities() == null ? new Capabilities() : own.getCapabilities();
    return new Security(
        user,
        name,
        first(own.getRunAsGroup(), shared.getRunAsGroup()),
        groups(shared),
        "Strict".equals(shared.getSupplementalGroupsPolicy()),
        isPrivileged(container),
        List.copyOf(capabilities.getAdd()),
        List.copyOf(capabilities.getDrop()),
        Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
        Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()),
        confinement(shared, own));
  }

  private static void refuseRoot(long user, String name) {
    if (user < 0 && !name.isEmpty()) {
      throw new IllegalArgumentException(
          "container has runAsNonRoot and image has non-numeric user ("
              + name
              + "), cannot verify user is non-root");
    }
    if (user <= 0) {
      throw new IllegalArgumentException(
          "container has runAsNonRoot and "
              + (user == 0 ? "is to run as root" : "image will run as root"));
    }
  }

  private static PodSecurityContext shared(Pod pod) {
    return Objects.requireNonNullElseGet(
        pod.getSpec().getSecurityContext(), PodSecurityContext::new);
  }

  private static SecurityContext own(Container container) {
    return Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
  }

  private static boolean isPrivileged(Container container) {
    return Boolean.TRUE.equals(own(container).getPrivileged());
  }

  private static List<Long> groups(PodSecurityContext shared) {
    var groups = new ArrayList<Long>(shared.getSupplementalGroups());
    if (shared.getFsGroup() != null) {
      groups.add(shared.getFsGroup());
    }
    return List.copyOf(groups);
  }

  private static Confinement confinement(PodSecurityContext shared, SecurityContext own) {
    var seccomp =
        own.getSeccompProfile() == null ? shared.getSeccompProfile() : own.getSeccompProfile();
    var appArmor =
        own.getAppArmorProfile() == null ? shared.getAppArmorProfile() : own.getAppArmorProfile();
    var label =
        own.getSeLinuxOptions() == null ? shared.getSeLinuxOptions() : own.getSeLinuxOptions();
    return new Confinement(
        seccomp(seccomp),
        Optional.ofNullable(appArmor).map(PodSecurity::appArmor),
        Optional.ofNullable(label).map(PodSecurity::label),
        "Unmasked".equals(own.getProcMount()));
  }

  private static Profile seccomp(@Nullable SeccompProfile profile) {
    if (profile == null) {
      return Profile.UNCONFINED;
    }
    return switch (Objects.requireNonNullElse(profile.getType(), "")) {
      case "RuntimeDefault" -> Profile.RUNTIME_DEFAULT;
      case "Localhost" ->
          new Profile(
              Profile.Type.LOCALHOST, SECCOMP_DIRECTORY + "/" + profile.getLocalhostProfile());
      default -> Profile.UNCONFINED;
    };
  }

  private static Profile appArmor(AppArmorProfile profile) {
    return switch (Objects.requireNonNullElse(profile.getType(), "")) {
      case "Unconfined" -> Profile.UNCONFINED;
      case "Localhost" ->
          new Profile(
              Profile.Type.LOCALHOST,
              Objects.requireNonNullElse(profile.getLocalhostProfile(), ""));
      default -> Profile.RUNTIME_DEFAULT;
    };
  }

  private static SeLinux label(SELinuxOptions options) {
    return new SeLinux(
        Objects.requireNonNullElse(options.getUser(), ""),
        Objects.requireNonNullElse(options.getRole(), ""),
        Objects.requireNonNullElse(options.getType(), ""),
        Objects.requireNonNullElse(options.getLevel(), ""));
  }

  private static long first(@Nullable Long own, @Nullable Long shared) {
    return own != null ? own : shared != null ? shared : -1L;
  }
}
