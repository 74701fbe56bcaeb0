package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.List;

/**
 * The claims of devices that a pod uses.
 *
 * @param claims each of them
 * @param waits whether one of them has not been made yet
 * @param extended what it asks for of resources that devices may stand for
 */
public record DeviceNeeds(List<Use> claims, boolean waits, ExtendedNeeds extended) {

  /** No devices. */
  public static final DeviceNeeds NONE = new DeviceNeeds(List.of(), false, ExtendedNeeds.NONE);

  /**
   * One claim.
   *
   * @param claim its name
   * @param entry what the pod calls it
   * @param template of which it was made; empty for one that users make
   */
  public record Use(ObjectKey claim, String entry, String template) {

    /** Whether it was made for the pod, or for its group. */
    public boolean isOwn() {
      return !template.isEmpty();
    }
  }

  /** Copies the list. */
  public DeviceNeeds {
    claims = List.copyOf(claims);
  }

  /** Whether the pod names no claims. */
  public boolean isEmpty() {
    return claims.isEmpty() && !waits;
  }
}
