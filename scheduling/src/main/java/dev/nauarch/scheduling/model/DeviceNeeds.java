package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.List;

/**
 * The claims of devices that a pod uses.
 *
 * @param claims each of them
 * @param waits whether one of them has not been made yet
 */
public record DeviceNeeds(List<Use> claims, boolean waits) {

  /** No devices. */
  public static final DeviceNeeds NONE = new DeviceNeeds(List.of(), false);

  /**
   * One claim.
   *
   * @param claim its name
   * @param isOwn whether it was made for the pod alone
   */
  public record Use(ObjectKey claim, boolean isOwn) {}

  /** Copies the list. */
  public DeviceNeeds {
    claims = List.copyOf(claims);
  }

  /** Whether the pod uses no devices. */
  public boolean isEmpty() {
    return claims.isEmpty() && !waits;
  }
}
