package dev.nauarch.scheduling.volume;

import dev.nauarch.scheduling.model.ClaimState;
import java.util.List;

/** Whether claims can have volumes on a node. */
public sealed interface Outcome {

  /** They can. */
  record Possible(List<Choice> choices) implements Outcome {}

  /**
   * They can't.
   *
   * @param why in Kubernetes' words, equal for nodes that are refused for the same
   */
  record Refused(String why) implements Outcome {}

  /**
   * What a claim would get.
   *
   * @param volume the volume's name; empty for one that is still to be made
   */
  record Choice(ClaimState claim, String volume) {}
}
