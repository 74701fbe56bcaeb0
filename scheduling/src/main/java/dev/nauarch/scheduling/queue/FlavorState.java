package dev.nauarch.scheduling.queue;

import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.model.Toleration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sort of nodes.
 *
 * @param name its name
 * @param labels labels of its nodes
 * @param taints taints of its nodes
 * @param tolerations what admitted pods tolerate in addition
 */
public record FlavorState(
    String name,
    SortedMap<String, String> labels,
    List<Taint> taints,
    List<Toleration> tolerations) {

  /** Copies the collections. */
  public FlavorState {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    taints = List.copyOf(taints);
    tolerations = List.copyOf(tolerations);
  }

  /** Its labels as requirements. */
  public List<Requirement> requirements() {
    return labels.entrySet().stream()
        .map(label -> Requirement.equal(label.getKey(), label.getValue()))
        .toList();
  }
}
