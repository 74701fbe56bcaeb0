package dev.nauarch.scheduling.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.HostPort;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** One node with the pods that have a place on it. Changed by {@link Cluster} only. */
public final class NodeSlot {

  private final String name;
  private final SortedMap<ObjectKey, PodState> pods = new TreeMap<>();
  private NodeState state;
  private boolean known;
  private Amounts used = Amounts.NONE;
  private long generation;

  NodeSlot(String name) {
    this.name = name;
    this.state = new NodeState(name, new TreeMap<>(), List.of(), Amounts.NONE, true);
  }

  /** The node's name. */
  public String name() {
    return name;
  }

  /** What the node offers; nothing at all while the node is not known. */
  public NodeState state() {
    return state;
  }

  /** Whether the node exists; pods may name one that does not, or not yet. */
  public boolean isKnown() {
    return known;
  }

  /** What its pods ask for. */
  public Amounts used() {
    return used;
  }

  /** What is left; negative where a node shrank under its pods. */
  public Amounts free() {
    return state.allocatable().minus(used);
  }

  /** The pods with a place here, by name. */
  public Collection<PodState> pods() {
    return Collections.unmodifiableCollection(pods.values());
  }

  /** Whether one of the pods has a port that conflicts. */
  public boolean takes(HostPort wanted) {
    for (var pod : pods.values()) {
      for (var port : pod.shape().ports()) {
        if (port.conflictsWith(wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Grows with every change. */
  public long generation() {
    return generation;
  }

  void set(NodeState node) {
    state = node;
    known = true;
    generation++;
  }

  void unset() {
    state = new NodeState(name, new TreeMap<>(), List.of(), Amounts.NONE, true);
    known = false;
    generation++;
  }

  void add(PodState pod) {
    pods.put(pod.key(), pod);
    used = used.plus(pod.shape().requests());
    generation++;
  }

  void remove(PodState pod) {
    pods.remove(pod.key());
    used = used.minus(pod.shape().requests());
    generation++;
  }

  boolean isEmpty() {
    return pods.isEmpty();
  }
}
