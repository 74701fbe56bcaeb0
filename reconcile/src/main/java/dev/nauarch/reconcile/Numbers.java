package dev.nauarch.reconcile;

import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** Numbers as Kubernetes writes them: absent ones, and shares of others. */
public final class Numbers {

  private static final long PERCENT = 100;

  private Numbers() {}

  /** The number; 0 where there is none. */
  public static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  /**
   * A number, or a share of a total in percent.
   *
   * @param roundUp whether a part of one counts as one
   */
  public static int share(IntOrString value, int total, boolean roundUp) {
    if (value.getIntVal() != null) {
      return value.getIntVal();
    }
    var hundredths = Long.parseLong(value.getStrVal().replace("%", "")) * total;
    return (int) (roundUp ? Math.ceilDiv(hundredths, PERCENT) : hundredths / PERCENT);
  }
}
