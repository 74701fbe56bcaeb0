package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts claims of devices by number, and the devices that they ask for by class: of a prioritized
 * list the most of each class, and of a request for all devices as many as one claim may have.
 */
public final class DeviceCounting implements Counting<ResourceClaim> {

  private static final String COUNT = "count/resourceclaims.resource.k8s.io";
  private static final String OF_CLASS = ".deviceclass.resource.k8s.io/devices";

  /** So many devices may one claim have. */
  private static final long DEVICES_MAX = 32;

  @Override
  public Class<ResourceClaim> type() {
    return ResourceClaim.class;
  }

  @Override
  public boolean counts(String name) {
    return name.equals(COUNT) || name.endsWith(OF_CLASS);
  }

  @Override
  public Amounts usage(ResourceClaim claim, Instant now) {
    var devices = new TreeMap<String, Long>();
    var wanted = claim.getSpec() == null ? null : claim.getSpec().getDevices();
    if (wanted != null) {
      for (var request : wanted.getRequests()) {
        ofRequest(request).forEach((name, count) -> devices.merge(name, count, Long::sum));
      }
    }
    var usage = Amounts.of(COUNT, Amount.ONE);
    for (var entry : devices.entrySet()) {
      usage = usage.with(entry.getKey() + OF_CLASS, Amount.of(entry.getValue()));
    }
    return usage;
  }

  private static Map<String, Long> ofRequest(DeviceRequest request) {
    var most = new TreeMap<String, Long>();
    var exactly = request.getExactly();
    if (exactly != null) {
      var count = count(exactly.getAllocationMode(), exactly.getCount());
      most.put(String.valueOf(exactly.getDeviceClassName()), count);
    }
    for (var one : request.getFirstAvailable()) {
      var count = count(one.getAllocationMode(), one.getCount());
      most.merge(String.valueOf(one.getDeviceClassName()), count, Math::max);
    }
    return most;
  }

  private static long count(@Nullable String mode, @Nullable Long count) {
    if ("All".equals(mode)) {
      return DEVICES_MAX;
    }
    return count == null ? 1 : count;
  }
}
