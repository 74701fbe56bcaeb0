package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.translate.NodeTerms;
import io.fabric8.kubernetes.api.model.NodeSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From which nodes devices can be reached.
 *
 * @param node from this one only; empty for what the others say
 * @param all from every node
 * @param terms from nodes that one of these matches
 * @param selector the terms as they were written; null for none
 */
public record NodeChoice(
    String node, boolean all, List<NodeTerm> terms, @Nullable NodeSelector selector) {

  /** From where fields of a slice or of a device say. */
  public static NodeChoice of(
      @Nullable String node, @Nullable Boolean all, @Nullable NodeSelector selector) {
    return new NodeChoice(
        node == null ? "" : node,
        Boolean.TRUE.equals(all),
        selector == null ? List.of() : NodeTerms.of(selector),
        selector);
  }

  /** Whether it can be reached from a node. */
  public boolean matches(NodeState other) {
    if (!node.isEmpty()) {
      return node.equals(other.name());
    }
    return all || terms.stream().anyMatch(term -> term.matches(other));
  }
}
