package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.resource.v1.AllocatedDeviceStatus;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Whether the devices of a claim are ready for its pod to be bound (KEP-5007). */
public enum BindingState {
  /** They are. */
  READY,
  /** Not yet. */
  WAITS,
  /** One of them can't be made ready, or it took too long. */
  FAILED;

  /** So long may devices take, as in Kubernetes. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** The state of an allocated claim. */
  static BindingState of(ResourceClaim claim, Instant now) {
    var state = READY;
    var allocation = claim.getStatus().getAllocation();
    if (allocation.getDevices() == null) {
      return state;
    }
    for (var result : allocation.getDevices().getResults()) {
      if (result.getBindingConditions().isEmpty()) {
        continue;
      }
      var conditions = conditions(claim, result);
      if (result.getBindingFailureConditions().stream().anyMatch(type -> holds(conditions, type))) {
        return FAILED;
      }
      if (!result.getBindingConditions().stream().allMatch(type -> holds(conditions, type))) {
        state = WAITS;
      }
    }
    var since = allocation.getAllocationTimestamp();
    return state == WAITS && since != null && Instant.parse(since).plus(TIMEOUT).isBefore(now)
        ? FAILED
        : state;
  }

  private static List<Condition> conditions(
      ResourceClaim claim, DeviceRequestAllocationResult result) {
    return claim.getStatus().getDevices().stream()
        .filter(device -> isOf(device, result))
        .findFirst()
        .map(AllocatedDeviceStatus::getConditions)
        .orElse(List.of());
  }

  private static boolean isOf(AllocatedDeviceStatus device, DeviceRequestAllocationResult result) {
    return Objects.equals(device.getDriver(), result.getDriver())
        && Objects.equals(device.getPool(), result.getPool())
        && Objects.equals(device.getDevice(), result.getDevice())
        && Objects.equals(device.getShareID(), result.getShareID());
  }

  private static boolean holds(List<Condition> conditions, String type) {
    return conditions.stream()
        .anyMatch(each -> type.equals(each.getType()) && "True".equals(each.getStatus()));
  }
}
