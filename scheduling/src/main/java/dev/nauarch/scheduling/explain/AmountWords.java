package dev.nauarch.scheduling.explain;

import java.util.Arrays;

/** Amounts of resources for people. */
public final class AmountWords {

  private static final long KIBI = 1024;
  private static final String[] UNITS = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

  private AmountWords() {}

  /** For example {@code 1500m cpu}, {@code 2Gi memory}, {@code 8 nvidia.com/gpu}. */
  public static String amount(String resource, long amount) {
    return switch (resource) {
      case "cpu" -> (amount % 1000 == 0 ? String.valueOf(amount / 1000) : amount + "m") + " cpu";
      case "memory", "ephemeral-storage" -> bytes(amount) + " " + resource;
      default -> amount + " " + resource;
    };
  }

  private static String bytes(long amount) {
    var unit = "";
    var rest = amount;
    for (var i = 0; i < UNITS.length && rest >= KIBI * 10; i++) {
      rest /= KIBI;
      unit = UNITS[i];
    }
    if (rest >= KIBI && rest % KIBI == 0 && !unit.equals("Ei")) {
      var next = unit.isEmpty() ? 0 : Arrays.asList(UNITS).indexOf(unit) + 1;
      return rest / KIBI + UNITS[next];
    }
    return rest + unit;
  }
}
