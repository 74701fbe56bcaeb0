package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceTolerations;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceToleration;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which taints keep pods from devices that they have (KEP-5055): those with the effect {@code
 * NoExecute} that drivers publish with a device, and those of rules.
 */
final class DeviceTaints {

  static final String NO_EXECUTE = "NoExecute";

  /** Slices by the pool that they are of. */
  static final Index<ResourceSlice> SLICES_BY_POOL =
      new Index<>(
          Resources.RESOURCE_SLICES,
          "pool",
          slice -> List.of(pool(slice.getSpec().getDriver(), slice.getSpec().getPool().getName())));

  /** Claims by each pool of which they have devices. */
  static final Index<ResourceClaim> CLAIMS_BY_POOL =
      new Index<>(
          Resources.RESOURCE_CLAIMS,
          "pool",
          claim ->
              devices(claim).stream()
                  .map(each -> pool(each.getDriver(), each.getPool()))
                  .distinct()
                  .toList());

  /**
   * When the pods of a claim must go.
   *
   * @param due when
   * @param why which taint of which device, in words
   * @param rules the rules of which a taint is not borne
   */
  record Eviction(Instant due, String why, List<DeviceTaintRule> rules) {}

  private record Found(DeviceTaint taint, @Nullable DeviceTaintRule rule) {}

  private final Snapshot world;
  private final List<DeviceTaintRule> rules;

  /**
   * @param rules those that taint devices
   */
  DeviceTaints(Snapshot world, List<DeviceTaintRule> rules) {
    this.world = world;
    this.rules = rules;
  }

  static String pool(String driver, String pool) {
    return driver + "/" + pool;
  }

  /** The devices that a claim has. */
  static List<DeviceRequestAllocationResult> devices(ResourceClaim claim) {
    var allocation = claim.getStatus() == null ? null : claim.getStatus().getAllocation();
    return allocation == null || allocation.getDevices() == null
        ? List.of()
        : allocation.getDevices().getResults();
  }

  /** Whether a rule is about a device. */
  static boolean selects(DeviceTaintRule rule, String driver, String pool, String device) {
    var selector = rule.getSpec().getDeviceSelector();
    return selector != null
        && (selector.getDriver() == null || selector.getDriver().equals(driver))
        && (selector.getPool() == null || selector.getPool().equals(pool))
        && (selector.getDevice() == null || selector.getDevice().equals(device));
  }

  static boolean selects(DeviceTaintRule rule, DeviceRequestAllocationResult device) {
    return selects(rule, device.getDriver(), device.getPool(), device.getDevice());
  }

  /** The slices of a pool that are not obsolete. */
  static List<ResourceSlice> newest(List<ResourceSlice> slices) {
    var newest =
        slices.stream()
            .map(slice -> slice.getSpec().getPool().getGeneration())
            .max(Long::compare)
            .orElse(0L);
    return slices.stream()
        .filter(slice -> newest.equals(slice.getSpec().getPool().getGeneration()))
        .toList();
  }

  /** When the pods of a claim must go; empty where it bears all taints for ever. */
  Optional<Eviction> eviction(ResourceClaim claim) {
    Instant earliest = null;
    var why = "";
    var causes = new ArrayList<DeviceTaintRule>();
    for (var device : devices(claim)) {
      for (var found : taints(device)) {
        var due = due(found.taint, device.getTolerations());
        if (due.isEmpty()) {
          continue;
        }
        if (found.rule != null && !causes.contains(found.rule)) {
          causes.add(found.rule);
        }
        if (earliest == null || due.get().isBefore(earliest)) {
          earliest = due.get();
          why = words(claim, device, found.taint);
        }
      }
    }
    return earliest == null
        ? Optional.empty()
        : Optional.of(new Eviction(earliest, why, List.copyOf(causes)));
  }

  private static String words(
      ResourceClaim claim, DeviceRequestAllocationResult device, DeviceTaint taint) {
    var value = taint.getValue();
    return "device "
        + device.getDriver()
        + "/"
        + device.getPool()
        + "/"
        + device.getDevice()
        + " has the taint "
        + taint.getKey()
        + (value == null || value.isEmpty() ? "" : "=" + value)
        + ":"
        + taint.getEffect()
        + ", which claim "
        + claim.getMetadata().getName()
        + " does not tolerate any longer";
  }

  private List<Found> taints(DeviceRequestAllocationResult device) {
    var found = new ArrayList<Found>();
    var pool = pool(device.getDriver(), device.getPool());
    for (var slice : newest(world.lookup(SLICES_BY_POOL, pool))) {
      for (var published : slice.getSpec().getDevices()) {
        if (published.getName().equals(device.getDevice())) {
          published.getTaints().stream()
              .filter(taint -> NO_EXECUTE.equals(taint.getEffect()))
              .forEach(taint -> found.add(new Found(taint, null)));
        }
      }
    }
    for (var rule : rules) {
      if (NO_EXECUTE.equals(rule.getSpec().getTaint().getEffect()) && selects(rule, device)) {
        found.add(new Found(rule.getSpec().getTaint(), rule));
      }
    }
    return found;
  }

  /** When a taint is not borne any more; empty for never. */
  private static Optional<Instant> due(DeviceTaint taint, List<DeviceToleration> tolerations) {
    var added = taint.getTimeAdded() == null ? Instant.EPOCH : Times.parse(taint.getTimeAdded());
    var matching =
        tolerations.stream().filter(each -> DeviceTolerations.tolerates(each, taint)).toList();
    if (matching.stream().anyMatch(each -> each.getTolerationSeconds() == null)) {
      return Optional.empty();
    }
    return Optional.of(
        matching.stream()
            .map(DeviceToleration::getTolerationSeconds)
            .filter(Objects::nonNull)
            .map(seconds -> Math.clamp(seconds, 0, Integer.MAX_VALUE))
            .map(added::plusSeconds)
            .min(Instant::compareTo)
            .orElse(added));
  }
}
