package dev.nauarch.scheduling.fit;

/**
 * Why one node is not possible.
 *
 * @param rule which rule refuses it
 * @param reason in Kubernetes' words, the same for all nodes that are refused for it
 * @param lasting whether it would hold on an empty node as well
 */
public record Refusal(Rule rule, String reason, boolean lasting) {

  /** A refusal that other pods cause or that lies in the node, as the rule says. */
  static Refusal of(Rule rule, String reason) {
    return new Refusal(rule, reason, !rule.isHelpedByPreemption());
  }
}
