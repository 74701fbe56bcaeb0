package dev.nauarch.scheduling.model;

/**
 * A pod's readiness to run despite a taint.
 *
 * @param key the taint's key; empty for all
 * @param exists whether any value is tolerated
 * @param value the tolerated value where one is needed
 * @param effect the tolerated effect in Kubernetes' word; empty for all
 */
public record Toleration(String key, boolean exists, String value, String effect) {

  /** Whether it tolerates the taint. */
  public boolean tolerates(Taint taint) {
    if (!effect.isEmpty() && !effect.equals(taint.effect().word())) {
      return false;
    }
    if (key.isEmpty()) {
      return exists;
    }
    return key.equals(taint.key()) && (exists || value.equals(taint.value()));
  }
}
