package dev.nauarch.nodeagent.network.policy;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;

/** The two sides of a policy. */
enum Direction {
  /** What comes to its pods. */
  INGRESS("Ingress", "saddr"),
  /** What its pods send. */
  EGRESS("Egress", "daddr");

  private final String type;
  private final String peer;

  Direction(String type, String peer) {
    this.type = type;
    this.peer = peer;
  }

  /**
   * One rule of a policy.
   *
   * @param peers whom it allows; none for everybody
   * @param ports which ports it allows; none for all
   */
  record Rule(List<NetworkPolicyPeer> peers, List<NetworkPolicyPort> ports) {}

  /** The map of those whose traffic this way is held back. */
  String map() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Which address of a packet is the peer's. */
  String peer() {
    return peer;
  }

  /**
   * Whether a policy holds this way back; one that does not say so holds back what it speaks of.
   */
  boolean isOf(NetworkPolicy policy) {
    var types = policy.getSpec().getPolicyTypes();
    if (types.isEmpty()) {
      return this == INGRESS || !policy.getSpec().getEgress().isEmpty();
    }
    return types.contains(type);
  }

  /** What a policy allows this way. */
  List<Rule> rules(NetworkPolicy policy) {
    return this == INGRESS
        ? policy.getSpec().getIngress().stream()
            .map(rule -> new Rule(rule.getFrom(), rule.getPorts()))
            .toList()
        : policy.getSpec().getEgress().stream()
            .map(rule -> new Rule(rule.getTo(), rule.getPorts()))
            .toList();
  }
}
