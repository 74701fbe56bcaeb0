package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.NodeTerm;
import io.fabric8.kubernetes.api.model.NodeSelector;
import java.util.List;

/** Node selectors as the scheduler knows them. */
public final class NodeTerms {

  private NodeTerms() {}

  /** The alternatives of a selector. */
  public static List<NodeTerm> of(NodeSelector selector) {
    return Selectors.nodeTerms(selector.getNodeSelectorTerms());
  }
}
