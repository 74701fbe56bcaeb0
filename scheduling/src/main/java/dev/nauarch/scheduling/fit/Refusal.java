package dev.nauarch.scheduling.fit;

/**
 * Why one node is not possible.
 *
 * @param rule which rule refuses it
 * @param cause the name of the rule in explanations; that of the plug-in where it is one of those
 * @param reason in Kubernetes' words, the same for all nodes that are refused for it
 * @param lasting whether it would hold on an empty node as well
 */
public record Refusal(Rule rule, String cause, String reason, boolean lasting) {

  /** A refusal by one of the rules that are always there. */
  Refusal(Rule rule, String reason, boolean lasting) {
    this(rule, rule.cause(), reason, lasting);
  }

  /** A refusal that other pods cause or that lies in the node, as the rule says. */
  static Refusal of(Rule rule, String reason) {
    return new Refusal(rule, reason, !rule.isHelpedByPreemption());
  }

  /** Whether the same rule refuses. */
  public boolean isBySameRule(Refusal other) {
    return rule == other.rule && cause.equals(other.cause);
  }
}
