package dev.nauarch.scheduling.fit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether one pod can have its volumes and its devices on a node. Made for one question. */
final class ClaimRules {

  private final VolumeRules volumes;
  private final DeviceRules devices;

  ClaimRules(VolumeRules volumes, DeviceRules devices) {
    this.volumes = volumes;
    this.devices = devices;
  }

  /** Whether the pod wants neither. */
  boolean isEmpty() {
    return volumes.isEmpty() && devices.isEmpty();
  }

  /** What it has to do with devices. */
  DeviceRules devices() {
    return devices;
  }

  /** Whether some nodes have better devices for it than others. */
  boolean prefersSomething() {
    return devices.prefersSomething();
  }

  /** One reason why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int number) {
    var lacking = devices.lacking(number);
    if (!lacking.isEmpty()) {
      return lacking.getFirst();
    }
    var refusal = volumes.check(number);
    return refusal == null ? devices.check(number) : refusal;
  }

  /** Every reason why not on this node. */
  List<Refusal> refusals(int number) {
    var all = new ArrayList<>(devices.lacking(number));
    all.addAll(volumes.refusals(number));
    var refusal = devices.check(number);
    if (refusal != null) {
      all.add(refusal);
    }
    return all;
  }

  /** How much of what it prefers it would get on a node that is possible. */
  int rank(int number) {
    return devices.rank(number);
  }
}
