package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.share.Task;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;

/** Which part of shared devices is taken, in thousandths: of the capacity of which most is. */
final class Leftover {

  private static final BigDecimal WHOLE = BigDecimal.valueOf(Task.WHOLE);

  private Leftover() {}

  /** What is left beside what is taken of a device, and what is to be taken. */
  static int of(Device device, Usage usage, List<SortedMap<String, Quantity>> also) {
    return Task.WHOLE
        - taken(
            device,
            capacity -> {
              var sum = usage.consumed(device.id(), capacity);
              for (var share : also) {
                sum = sum.add(number(share, capacity));
              }
              return sum;
            });
  }

  /** Which part of a device one share is. */
  static int taken(Device device, SortedMap<String, Quantity> share) {
    return taken(device, capacity -> number(share, capacity));
  }

  private static int taken(Device device, Function<String, BigDecimal> consumed) {
    var most = 0;
    for (var entry : device.capacity().entrySet()) {
      var whole = Device.number(entry.getValue().getValue());
      if (whole.signum() > 0) {
        var amount = consumed.apply(entry.getKey()).multiply(WHOLE);
        var part = amount.divide(whole, 0, RoundingMode.CEILING).min(WHOLE);
        most = Math.max(most, part.intValue());
      }
    }
    return most;
  }

  /** How much of a capacity a share takes. */
  static BigDecimal number(SortedMap<String, Quantity> share, String capacity) {
    var amount = share.get(capacity);
    return amount == null ? BigDecimal.ZERO : Device.number(amount);
  }
}
