package dev.nauarch.nodeagent.spec;

import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container may use, and as whom it runs. */
public final class ContainerResources {
  private static final long SHARES_PER_CPU = 1024;
  private static final long MIN_SHARES = 2;
  private static final long MIN_QUOTA_MICROS = 1000;

  private ContainerResources() {}

  /** What one container may use. */
  public static ResourceLimits limits(@Nullable ResourceRequirements resources, long pids) {
    if (resources == null) {
      return new ResourceLimits(MIN_SHARES, 0, 0, pids);
    }
    var limit = amount(resources.getLimits(), "cpu");
    var request = amount(resources.getRequests(), "cpu");
    var weight = request.signum() > 0 ? request : limit;
    var shares = weight.multiply(BigDecimal.valueOf(SHARES_PER_CPU)).longValue();
    var quota = limit.multiply(BigDecimal.valueOf(ResourceLimits.CPU_PERIOD_MICROS)).longValue();
    return new ResourceLimits(
        Math.max(MIN_SHARES, shares),
        quota == 0 ? 0 : Math.max(MIN_QUOTA_MICROS, quota),
        amount(resources.getLimits(), "memory").longValue(),
        pids);
  }

  private static BigDecimal amount(@Nullable Map<String, Quantity> quantities, String name) {
    var quantity = quantities == null ? null : quantities.get(name);
    return quantity == null ? BigDecimal.ZERO : Quantity.getAmountInBytes(quantity);
  }

  /** What a pod as a whole may use: the sum of its containers, limited where all of them are. */
  public static ResourceLimits podLimits(Pod pod) {
    var own = pod.getSpec().getResources();
    if (own != null && (own.getLimits() != null || own.getRequests() != null)) {
      return limits(own, 0);
    }
    var all = pod.getSpec().getContainers().stream().map(c -> limits(c.getResources(), 0)).toList();
    var unlimitedCpu = all.stream().anyMatch(each -> each.cpuQuotaMicros() == 0);
    var unlimitedMemory = all.stream().anyMatch(each -> each.memoryBytes() == 0);
    var alone = pod.getSpec().getInitContainers().isEmpty();
    return new ResourceLimits(
        all.stream().mapToLong(ResourceLimits::cpuShares).sum(),
        unlimitedCpu || !alone ? 0 : all.stream().mapToLong(ResourceLimits::cpuQuotaMicros).sum(),
        unlimitedMemory || !alone ? 0 : all.stream().mapToLong(ResourceLimits::memoryBytes).sum(),
        0);
  }

  /**
   * As whom a container runs.
   *
   * @throws IllegalArgumentException where it must not run as root and would, or asks for a
   *     confinement that this agent can't give
   */
  public static Security security(Pod pod, Container container) {
    var shared =
        pod.getSpec().getSecurityContext() == null
            ? new PodSecurityContext()
            : pod.getSpec().getSecurityContext();
    var own =
        container.getSecurityContext() == null
            ? new SecurityContext()
            : container.getSecurityContext();
    var user = first(own.getRunAsUser(), shared.getRunAsUser());
    var nonRoot = own.getRunAsNonRoot() == null ? shared.getRunAsNonRoot() : own.getRunAsNonRoot();
    if (Boolean.TRUE.equals(nonRoot) && user <= 0) {
      throw new IllegalArgumentException(
          "container has runAsNonRoot and the image host would run as root");
    }
    var profile =
        own.getSeccompProfile() == null ? shared.getSeccompProfile() : own.getSeccompProfile();
    if (profile != null && "Localhost".equals(profile.getType())) {
      throw new IllegalArgumentException("seccomp profiles of the node are not supported");
    }
    var groups = new ArrayList<Long>(shared.getSupplementalGroups());
    if (shared.getFsGroup() != null) {
      groups.add(shared.getFsGroup());
    }
    var capabilities = own.getCapabilities() == null ? new Capabilities() : own.getCapabilities();
    return new Security(
        user,
        first(own.getRunAsGroup(), shared.getRunAsGroup()),
        List.copyOf(groups),
        Boolean.TRUE.equals(own.getPrivileged()),
        List.copyOf(capabilities.getAdd()),
        List.copyOf(capabilities.getDrop()),
        Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
        Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()));
  }

  private static long first(@Nullable Long own, @Nullable Long shared) {
    return own != null ? own : shared != null ? shared : -1L;
  }
}
