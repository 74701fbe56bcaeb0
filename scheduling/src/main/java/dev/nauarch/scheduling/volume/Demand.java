package dev.nauarch.scheduling.volume;

import dev.nauarch.scheduling.model.VolumeState;
import java.util.List;

/** What a pod's claims ask of a node. */
public sealed interface Demand {

  /** Nothing. */
  record Nothing() implements Demand {}

  /** No node will do. */
  record Blocked(String why) implements Demand {}

  /**
   * Some nodes may do.
   *
   * @param bound the volumes that claims have
   * @param open the claims that have none yet, the smallest first
   * @param taken whether a claim that is for one pod is another's
   */
  record Wanted(List<VolumeState> bound, List<OpenClaim> open, boolean taken) implements Demand {}
}
