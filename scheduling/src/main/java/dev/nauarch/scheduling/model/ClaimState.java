package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;

/**
 * A PersistentVolumeClaim as the scheduler knows it.
 *
 * @param key its name
 * @param storageClass its class; empty for none
 * @param volume the volume it is bound to; empty for none
 * @param selectedNode the node for which a volume is being made; empty for none
 */
public record ClaimState(ObjectKey key, String storageClass, String volume, String selectedNode) {

  /** Whether it has its volume. */
  public boolean isBound() {
    return !volume.isEmpty();
  }
}
