package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.Profile;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import java.util.List;

/** A profile of Kubernetes' scheduler as this one knows it. */
public final class ProfileTranslation {

  private ProfileTranslation() {}

  /**
   * A profile.
   *
   * @param added affinity that all of its pods have beside their own
   */
  public static Profile of(String name, Policy policy, NodeAffinity added) {
    return new Profile(name, policy, required(added), preferred(added));
  }

  /** The alternatives that a node affinity requires; none for no condition. */
  static List<NodeTerm> required(NodeAffinity affinity) {
    var must = affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    return must == null ? List.of() : Selectors.nodeTerms(must.getNodeSelectorTerms());
  }

  /** What a node affinity prefers. */
  static List<NodeTerm> preferred(NodeAffinity affinity) {
    return affinity.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
        .map(one -> Selectors.nodeTerm(one.getPreference(), one.getWeight()))
        .toList();
  }
}
