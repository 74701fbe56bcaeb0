package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.model.NodeTerm;
import java.util.List;

/** What a pod's claims ask of a node. */
public sealed interface Demand {

  /** Nothing. */
  record Nothing() implements Demand {}

  /** Something is missing of which news are on their way. */
  record Unknown() implements Demand {}

  /** No node will do. */
  record Blocked(String why) implements Demand {}

  /**
   * Some nodes may do.
   *
   * @param plans what is still to be allocated
   * @param reaches from where the devices can be reached that claims have already; of each, one
   *     alternative must match
   * @param isBroken whether devices that a claim has could not be made ready
   */
  record Wanted(List<ClaimPlan> plans, List<List<NodeTerm>> reaches, boolean isBroken)
      implements Demand {}
}
