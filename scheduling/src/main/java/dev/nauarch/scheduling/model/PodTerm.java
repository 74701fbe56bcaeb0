package dev.nauarch.scheduling.model;

import java.util.List;
import java.util.SortedMap;

/**
 * Which pods an affinity, anti-affinity or spread rule is about, and over which domains of nodes.
 *
 * @param selector all must hold; of an absent selector {@code matchesNothing} is set
 * @param matchesNothing whether no pod is meant
 * @param namespaces those meant by name
 * @param namespaceLabels those meant by their labels, in addition
 * @param allNamespaces whether an empty namespace selector means all
 * @param topologyKey the node label whose values are the domains
 * @param endingToo whether pods that are ending are meant as long as they are there
 */
public record PodTerm(
    List<Requirement> selector,
    boolean matchesNothing,
    List<String> namespaces,
    List<Requirement> namespaceLabels,
    boolean allNamespaces,
    String topologyKey,
    boolean endingToo) {

  /** Copies the lists. */
  public PodTerm {
    selector = List.copyOf(selector);
    namespaces = List.copyOf(namespaces);
    namespaceLabels = List.copyOf(namespaceLabels);
  }

  /** Whether the pod is meant, given the labels of its namespace. */
  public boolean matches(PodState pod, SortedMap<String, String> labelsOfNamespace) {
    if (matchesNothing
        || (pod.stage() != PodState.Stage.LIVE && !endingToo)
        || !meansNamespace(pod.key().namespace(), labelsOfNamespace)) {
      return false;
    }
    for (var requirement : selector) {
      if (!requirement.matches(pod.labels())) {
        return false;
      }
    }
    return true;
  }

  private boolean meansNamespace(String namespace, SortedMap<String, String> labels) {
    if (allNamespaces || namespaces.contains(namespace)) {
      return true;
    }
    return !namespaceLabels.isEmpty()
        && namespaceLabels.stream().allMatch(requirement -> requirement.matches(labels));
  }
}
