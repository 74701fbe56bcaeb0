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
 * @param images the images that it has, and their sizes in bytes
 * @param annotations its annotations, where somebody looks at them; else none
 */
public record NodeState(
    String name,
    SortedMap<String, String> labels,
    List<Taint> taints,
    Amounts allocatable,
    boolean unschedulable,
    SortedMap<String, Long> images,
    SortedMap<String, String> annotations) {

  /** Copies the collections. */
  public NodeState {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    taints = List.copyOf(taints);
    images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /** A node without images and annotations. */
  public NodeState(
      String name,
      SortedMap<String, String> labels,
      List<Taint> taints,
      Amounts allocatable,
      boolean unschedulable) {
    this(
        name,
        labels,
        taints,
        allocatable,
        unschedulable,
        Collections.emptySortedMap(),
        Collections.emptySortedMap());
  }

  /** The same with other images. */
  public NodeState withImages(SortedMap<String, Long> other) {
    return new NodeState(name, labels, taints, allocatable, unschedulable, other, annotations);
  }

  /** The fields that a node selector may name. */
  public SortedMap<String, String> fields() {
    var fields = new TreeMap<String, String>();
    fields.put("metadata.name", name);
    return fields;
  }
}
