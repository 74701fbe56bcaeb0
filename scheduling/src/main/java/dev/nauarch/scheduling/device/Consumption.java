package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.CapacityRequestPolicy;
import io.fabric8.kubernetes.api.model.resource.v1.CapacityRequestPolicyRange;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceCapacity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How much of a device's capacity a request takes (KEP-5075). */
final class Consumption {

  private Consumption() {}

  /**
   * What a request takes of each capacity: what it asks for, rounded up as the capacity's policy
   * says, or else the policy's default, or else all of it.
   *
   * @return none where the device can't serve such a request at all, or says nothing that makes
   *     sense
   */
  static Optional<SortedMap<String, Quantity>> of(
      Map<String, Quantity> requests, SortedMap<String, DeviceCapacity> capacities) {
    if (!capacities.keySet().containsAll(requests.keySet())) {
      return Optional.empty();
    }
    var taken = new TreeMap<String, Quantity>();
    for (var entry : capacities.entrySet()) {
      var capacity = entry.getValue();
      var amount = amount(requests.get(entry.getKey()), capacity);
      if (!Device.isExact(amount)
          || violates(amount, capacity.getRequestPolicy())
          || Device.number(amount).compareTo(Device.number(capacity.getValue())) > 0) {
        return Optional.empty();
      }
      taken.put(entry.getKey(), amount);
    }
    return Optional.of(taken);
  }

  private static Quantity amount(@Nullable Quantity asked, DeviceCapacity capacity) {
    var policy = capacity.getRequestPolicy();
    if (asked == null) {
      return policy != null && policy.getDefault() != null
          ? policy.getDefault()
          : capacity.getValue();
    }
    if (policy == null) {
      return asked;
    }
    var range = policy.getValidRange();
    if (range != null && range.getMin() != null) {
      return roundedUp(asked, range);
    }
    return options(policy).stream()
        .filter(option -> Device.number(asked).compareTo(Device.number(option)) <= 0)
        .findFirst()
        .orElse(asked);
  }

  private static List<Quantity> options(CapacityRequestPolicy policy) {
    return policy.getValidValues() == null ? List.of() : policy.getValidValues();
  }

  private static Quantity roundedUp(Quantity asked, CapacityRequestPolicyRange range) {
    var min = Device.number(range.getMin());
    var number = Device.number(asked);
    if (number.compareTo(min) <= 0) {
      return range.getMin();
    }
    var step = Device.number(range.getStep());
    if (step.signum() <= 0) {
      return asked;
    }
    var steps = number.subtract(min).divide(step, 0, RoundingMode.CEILING);
    var rounded = min.add(step.multiply(steps));
    return rounded.compareTo(number) == 0
        ? asked
        : new Quantity(rounded.stripTrailingZeros().toPlainString());
  }

  private static boolean violates(Quantity amount, @Nullable CapacityRequestPolicy policy) {
    if (policy == null) {
      return false;
    }
    var number = Device.number(amount);
    var byDefault = policy.getDefault();
    if (byDefault != null && number.compareTo(Device.number(byDefault)) == 0) {
      return false;
    }
    var range = policy.getValidRange();
    if (range != null) {
      return isOutside(number, range);
    }
    return !options(policy).isEmpty()
        && options(policy).stream().noneMatch(each -> Device.number(each).compareTo(number) == 0);
  }

  private static boolean isOutside(BigDecimal number, CapacityRequestPolicyRange range) {
    if (range.getMax() != null && number.compareTo(Device.number(range.getMax())) > 0) {
      return true;
    }
    var step = Device.number(range.getStep());
    return step.signum() > 0
        && range.getMin() != null
        && number.subtract(Device.number(range.getMin())).remainder(step).signum() != 0;
  }
}
