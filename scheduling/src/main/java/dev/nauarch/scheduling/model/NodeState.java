package dev.nauarch.scheduling.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node offers.
 *
 * @param name its name
 * @param labels its labels
 * @param taints its taints
 * @param allocatable what pods may use in all
 * @param unschedulable whether it was cordoned
 */
public record NodeState(
    String name,
    SortedMap<String, String> labels,
    List<Taint> taints,
    Amounts allocatable,
    boolean unschedulable) {

  /** Copies the collections. */
  public NodeState {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    taints = List.copyOf(taints);
  }

  /** The fields that a node selector may name. */
  public SortedMap<String, String> fields() {
    var fields = new TreeMap<String, String>();
    fields.put("metadata.name", name);
    return fields;
  }
}
