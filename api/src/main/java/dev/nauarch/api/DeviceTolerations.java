package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceToleration;
import org.jspecify.annotations.Nullable;

/** Which taints of devices are borne. */
public final class DeviceTolerations {

  private DeviceTolerations() {}

  /**
   * Whether a toleration bears a taint: what it does not name is any, and without an operator the
   * values must be equal. One with an unknown operator bears nothing.
   */
  public static boolean tolerates(DeviceToleration toleration, DeviceTaint taint) {
    return isAnyOr(toleration.getEffect(), taint.getEffect())
        && isAnyOr(toleration.getKey(), taint.getKey())
        && ("Exists".equals(toleration.getOperator())
            || (isAnyOr(toleration.getOperator(), "Equal")
                && orEmpty(toleration.getValue()).equals(orEmpty(taint.getValue()))));
  }

  private static boolean isAnyOr(@Nullable String wanted, @Nullable String there) {
    return orEmpty(wanted).isEmpty() || orEmpty(wanted).equals(there);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
