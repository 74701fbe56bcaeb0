package dev.nauarch.scheduling.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the pods of a gang go: one decision, from which bindings roll forward.
 *
 * @param nodeByPod the node of each pod, by the pod's name; empty where nothing was decided
 */
public record GangPlacement(SortedMap<String, String> nodeByPod) {

  /** Nothing decided. */
  public static final GangPlacement NONE = new GangPlacement(new TreeMap<>());

  /** Copies the map. */
  public GangPlacement {
    nodeByPod = Collections.unmodifiableSortedMap(new TreeMap<>(nodeByPod));
  }

  /** Whether nothing was decided. */
  public boolean isEmpty() {
    return nodeByPod.isEmpty();
  }
}
