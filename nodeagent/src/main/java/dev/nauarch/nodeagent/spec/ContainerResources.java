package dev.nauarch.nodeagent.spec;

import dev.nauarch.nodeagent.lifecycle.QosClass;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.ResourceLimits.Tuning;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a container may use. */
public final class ContainerResources {
  private static final long SHARES_PER_CPU = 1024;
  private static final long MIN_SHARES = 2;
  private static final long MIN_QUOTA_MICROS = 1000;
  private static final String HUGE_PAGES = "hugepages-";
  private static final int SYSTEM_CRITICAL = 2_000_000_000;
  private static final int OOM_KEPT = -997;
  private static final int OOM_FIRST = 1000;

  private ContainerResources() {}

  /** What one container may use. */
  public static ResourceLimits limits(@Nullable ResourceRequirements resources, long pids) {
    if (resources == null) {
      return new ResourceLimits(MIN_SHARES, 0, 0, pids, Tuning.NONE);
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
        pids,
        new Tuning(0, hugePages(resources), "", "", Map.of()));
  }

  private static BigDecimal amount(@Nullable Map<String, Quantity> quantities, String name) {
    var quantity = quantities == null ? null : quantities.get(name);
    return quantity == null ? BigDecimal.ZERO : Quantity.getAmountInBytes(quantity);
  }

  /** Limits of huge pages by their size, in the kernel's words: {@code 2MB}. */
  private static Map<String, Long> hugePages(ResourceRequirements resources) {
    var pages = new TreeMap<String, Long>();
    var limits = resources.getLimits() == null ? Map.<String, Quantity>of() : resources.getLimits();
    limits.forEach(
        (name, quantity) -> {
          if (name.startsWith(HUGE_PAGES)) {
            var size = name.substring(HUGE_PAGES.length()).replaceFirst("i$", "B");
            pages.put(size, Quantity.getAmountInBytes(quantity).longValue());
          }
        });
    return pages;
  }

  /**
   * How readily the kernel kills a container when memory is short, as Kubernetes' agent reckons:
   * the less of the machine's memory a pod has asked for, the sooner.
   *
   * @param capacity the machine's memory in bytes
   */
  public static int oomScoreAdjust(Pod pod, Container container, long capacity) {
    var priority = pod.getSpec().getPriority();
    if (priority != null && priority >= SYSTEM_CRITICAL) {
      return OOM_KEPT;
    }
    return switch (QosClass.of(pod)) {
      case GUARANTEED -> OOM_KEPT;
      case BEST_EFFORT -> OOM_FIRST;
      case BURSTABLE -> {
        var resources = container.getResources();
        var asked = resources == null ? 0 : amount(resources.getRequests(), "memory").longValue();
        var score = OOM_FIRST - OOM_FIRST * asked / capacity;
        yield Math.clamp(score, OOM_FIRST + OOM_KEPT, OOM_FIRST - 1);
      }
    };
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
        0,
        Tuning.NONE);
  }
}
