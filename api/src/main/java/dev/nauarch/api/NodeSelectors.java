package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Matches nodes against what pods ask of them. */
public final class NodeSelectors {

  /** The one field of nodes that terms can ask for. */
  public static final String NAME_FIELD = "metadata.name";

  private NodeSelectors() {}

  /**
   * Whether a node is one of those that a pod may be on by its {@code nodeSelector} and by what its
   * node affinity requires.
   */
  public static boolean matches(PodSpec pod, Node node) {
    return matches(pod.getNodeSelector(), node)
        && required(pod).map(terms -> matchesAny(terms, node)).orElse(true);
  }

  /** The terms of which a pod requires one of its node; empty where it requires none. */
  public static Optional<List<NodeSelectorTerm>> required(PodSpec pod) {
    var affinity = pod.getAffinity() == null ? null : pod.getAffinity().getNodeAffinity();
    var required =
        affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    return Optional.ofNullable(required).map(NodeSelector::getNodeSelectorTerms);
  }

  /** Whether a node has all of these labels. */
  public static boolean matches(@Nullable Map<String, String> wanted, Node node) {
    return wanted == null || labels(node).entrySet().containsAll(wanted.entrySet());
  }

  private static Map<String, String> labels(Node node) {
    var labels = node.getMetadata().getLabels();
    return labels == null ? new TreeMap<>() : labels;
  }

  /** Whether a node matches one of the terms. */
  public static boolean matchesAny(List<NodeSelectorTerm> terms, Node node) {
    return terms.stream().anyMatch(term -> matches(term, node));
  }

  private static boolean matches(NodeSelectorTerm term, Node node) {
    var values = labels(node);
    // A term that asks for nothing matches nothing.
    return !(term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty())
        && term.getMatchExpressions().stream()
            .allMatch(each -> matches(each, values.get(each.getKey())))
        && term.getMatchFields().stream()
            .allMatch(
                each ->
                    NAME_FIELD.equals(each.getKey())
                        && matches(each, node.getMetadata().getName()));
  }

  private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
    var values = requirement.getValues();
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compares(value, values, 1);
      case "Lt" -> compares(value, values, -1);
      default -> false;
    };
  }

  private static boolean compares(@Nullable String value, List<String> bounds, int sign) {
    if (value == null || bounds.size() != 1) {
      return false;
    }
    var number = number(value);
    var bound = number(bounds.getFirst());
    return number.isPresent()
        && bound.isPresent()
        && Long.compare(number.getAsLong(), bound.getAsLong()) == sign;
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
