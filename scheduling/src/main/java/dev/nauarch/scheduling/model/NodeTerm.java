package dev.nauarch.scheduling.model;

import java.util.List;

/**
 * One alternative of a node selector: all of its requirements must hold; an empty one matches no
 * node.
 *
 * @param labels on the node's labels
 * @param fields on the node's fields, of which {@code metadata.name} is the only one
 * @param weight how much a preferred term counts, 1 to 100; 0 for a required one
 */
public record NodeTerm(List<Requirement> labels, List<Requirement> fields, int weight) {

  /** Copies the lists. */
  public NodeTerm {
    labels = List.copyOf(labels);
    fields = List.copyOf(fields);
  }

  /** Whether the node satisfies it. */
  public boolean matches(NodeState node) {
    if (labels.isEmpty() && fields.isEmpty()) {
      return false;
    }
    for (var label : labels) {
      if (!label.matches(node.labels())) {
        return false;
      }
    }
    for (var field : fields) {
      if (!field.matches(node.fields())) {
        return false;
      }
    }
    return true;
  }
}
