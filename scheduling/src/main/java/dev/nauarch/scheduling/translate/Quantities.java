package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.Amounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Kubernetes quantities as integers: thousandths for cpu, whole units for the rest, rounded up. */
public final class Quantities {

  private static final BigDecimal LIMIT = BigDecimal.valueOf(Long.MAX_VALUE / 4);

  private Quantities() {}

  /** A list of resources; negative amounts count as none. */
  public static Amounts amounts(@Nullable Map<String, Quantity> quantities) {
    if (quantities == null || quantities.isEmpty()) {
      return Amounts.NONE;
    }
    var amounts = new TreeMap<String, Long>();
    quantities.forEach(
        (name, quantity) -> {
          if (quantity != null) {
            amounts.put(name, amount(name, quantity));
          }
        });
    var cpu = amounts.remove("cpu");
    var memory = amounts.remove("memory");
    var storage = amounts.remove("ephemeral-storage");
    var pods = amounts.remove("pods");
    return new Amounts(
        cpu == null ? 0 : cpu,
        memory == null ? 0 : memory,
        storage == null ? 0 : storage,
        pods == null ? 0 : pods,
        amounts);
  }

  /** One quantity of a resource; 0 for a malformed one, which no API server lets through. */
  public static long amount(String resource, Quantity quantity) {
    try {
      var value = Quantity.getAmountInBytes(quantity);
      var scaled = resource.equals("cpu") ? value.movePointRight(3) : value;
      var whole = scaled.setScale(0, RoundingMode.CEILING);
      return whole.signum() <= 0 ? 0 : whole.min(LIMIT).longValueExact();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return 0;
    }
  }

  /** The amount as Kubernetes writes it, for example {@code 1500m}. */
  public static String text(String resource, long amount) {
    if (resource.equals("cpu")) {
      return amount % 1000 == 0 ? Long.toString(amount / 1000) : amount + "m";
    }
    return Long.toString(amount);
  }
}
