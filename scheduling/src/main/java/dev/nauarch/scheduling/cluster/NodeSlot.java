package dev.nauarch.scheduling.cluster;

import dev.nauarch.api.HostPort;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One node with the pods that have a place on it. Changed by {@link Cluster} only. */
public final class NodeSlot {

  private final String name;
  private final int number;
  private final Columns columns;
  private final Map<ObjectKey, PodState> pods = new LinkedHashMap<>();
  private NodeState state;
  private boolean known;
  private int ports;

  NodeSlot(String name, int number, Columns columns) {
    this.name = name;
    this.number = number;
    this.columns = columns;
    this.state = nothing();
  }

  /** The node's name. */
  public String name() {
    return name;
  }

  /** Its place in columns; another node may get it when this one is gone. */
  public int number() {
    return number;
  }

  /** What the node offers; nothing at all while the node is not known. */
  public NodeState state() {
    return state;
  }

  /** Whether the node exists; pods may name one that does not, or not yet. */
  public boolean isKnown() {
    return known;
  }

  /** What is left; negative where a node shrank under its pods. */
  public Amounts free() {
    return state.allocatable().minus(columns.used(number));
  }

  /** The pods with a place here, in the order in which they came. */
  public Collection<PodState> pods() {
    return Collections.unmodifiableCollection(pods.values());
  }

  /** The pod of this name, if it has a place here. */
  public Optional<PodState> pod(ObjectKey key) {
    return Optional.ofNullable(pods.get(key));
  }

  /** Whether one of the pods has a port that conflicts. */
  public boolean takes(HostPort wanted) {
    if (ports == 0) {
      return false;
    }
    for (var pod : pods.values()) {
      for (var port : pod.shape().ports()) {
        if (port.conflictsWith(wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  void set(NodeState node) {
    state = node;
    known = true;
    columns.set(number, state.allocatable());
  }

  void unset() {
    state = nothing();
    known = false;
    columns.set(number, Amounts.NONE);
  }

  void add(PodState pod) {
    pods.put(pod.key(), pod);
    ports += pod.shape().ports().size();
    columns.take(number, pod.shape().requests());
  }

  /** Has the pod take the place of its former self, where that makes no difference to others. */
  boolean replaces(PodState pod) {
    var old = pods.get(pod.key());
    if (old == null
        || !name.equals(pod.node())
        || old.priority() != pod.priority()
        || old.stage() != pod.stage()
        || !old.shape().equals(pod.shape())
        || !old.labels().equals(pod.labels())
        || !old.neighbours().equals(pod.neighbours())) {
      return false;
    }
    pods.put(pod.key(), pod);
    return true;
  }

  void remove(PodState pod) {
    pods.remove(pod.key());
    ports -= pod.shape().ports().size();
    columns.giveBack(number, pod.shape().requests());
  }

  boolean isEmpty() {
    return pods.isEmpty();
  }

  private NodeState nothing() {
    return new NodeState(name, new TreeMap<>(), List.of(), Amounts.NONE, true);
  }
}
