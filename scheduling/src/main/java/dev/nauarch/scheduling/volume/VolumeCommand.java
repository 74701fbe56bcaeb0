package dev.nauarch.scheduling.volume;

import dev.nauarch.api.ObjectKey;
import java.util.List;

/**
 * Give the claims of a pod their volumes, or have them made; the outcome comes back as {@link
 * VolumeEvent.Written}.
 */
public record VolumeCommand(ObjectKey pod, String uid, List<VolumeWrite> writes) {

  /** Copies the list. */
  public VolumeCommand {
    writes = List.copyOf(writes);
  }
}
