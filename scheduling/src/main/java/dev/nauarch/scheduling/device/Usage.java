package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Which devices are taken, by claims that have them and by decisions on their way. */
final class Usage {

  private static final class Share {
    private int users;
    private final Map<String, BigDecimal> consumed = new HashMap<>();
  }

  private final Map<DeviceId, Integer> users = new HashMap<>();
  private final Map<DeviceId, Share> shares = new HashMap<>();
  private final Consumer<DeviceId> changed;

  /**
   * @param changed hears of each device of which more or less is taken than before
   */
  Usage(Consumer<DeviceId> changed) {
    this.changed = changed;
  }

  void add(AllocationResult allocation) {
    if (allocation.getDevices() != null) {
      allocation.getDevices().getResults().forEach(result -> count(result, 1));
    }
  }

  void remove(AllocationResult allocation) {
    if (allocation.getDevices() != null) {
      allocation.getDevices().getResults().forEach(result -> count(result, -1));
    }
  }

  /** Whoever only looks at a device takes nothing of it. */
  private void count(DeviceRequestAllocationResult result, int difference) {
    if (Boolean.TRUE.equals(result.getAdminAccess())) {
      return;
    }
    var id = new DeviceId(result.getDriver(), result.getPool(), result.getDevice());
    if (result.getShareID() == null) {
      users.compute(
          id,
          (_, before) -> {
            var after = (before == null ? 0 : before) + difference;
            return after == 0 ? null : after;
          });
    } else {
      countShare(id, result, difference);
    }
    changed.accept(id);
  }

  private void countShare(DeviceId id, DeviceRequestAllocationResult result, int difference) {
    var share = shares.computeIfAbsent(id, _ -> new Share());
    share.users += difference;
    if (result.getConsumedCapacity() != null) {
      result
          .getConsumedCapacity()
          .forEach(
              (name, amount) ->
                  share.consumed.merge(
                      name,
                      Device.number(amount).multiply(BigDecimal.valueOf(difference)),
                      BigDecimal::add));
    }
    if (share.users == 0) {
      shares.remove(id);
    }
  }

  /** Whether a claim has the device for itself. */
  boolean isTaken(DeviceId device) {
    return users.containsKey(device);
  }

  /** Whether claims share the device. */
  boolean isShared(DeviceId device) {
    return shares.containsKey(device);
  }

  /** Whether anybody uses it. */
  boolean isUsed(DeviceId device) {
    return isTaken(device) || isShared(device);
  }

  /** How much of a capacity is taken. */
  BigDecimal consumed(DeviceId device, String capacity) {
    var share = shares.get(device);
    return share == null ? BigDecimal.ZERO : share.consumed.getOrDefault(capacity, BigDecimal.ZERO);
  }
}
