package dev.nauarch.scheduling.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.VolumeState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All nodes and every place that is taken on them, by bound pods, by decisions on their way, and by
 * places held for pods to come. Every change of a node is noted in a log, from which indexes catch
 * up; nothing is computed over all nodes when one of them changes.
 */
public final class Cluster {

  private static final int LOG_LIMIT = 100_000;

  private final SortedMap<String, NodeSlot> slots = new TreeMap<>();
  private final Map<ObjectKey, NodeSlot> slotByPod = new HashMap<>();
  private final List<NodeSlot> changed = new ArrayList<>();
  private final SortedMap<ObjectKey, ClaimState> claims = new TreeMap<>();
  private final SortedMap<String, VolumeState> volumes = new TreeMap<>();
  private final SortedMap<String, Boolean> waitsForConsumerByClass = new TreeMap<>();
  private final SortedMap<String, SortedMap<String, String>> labelsByNamespace = new TreeMap<>();
  private final Topology topology = new Topology(this);
  private long epoch;
  private int knownNodes;
  private Amounts capacity = Amounts.NONE;

  /**
   * A node is there or has changed.
   *
   * @return whether that makes a difference
   */
  public boolean put(NodeState node) {
    var slot = slots.computeIfAbsent(node.name(), NodeSlot::new);
    if (slot.isKnown() && slot.state().equals(node)) {
      return false;
    }
    var relabelled = !slot.isKnown() || !slot.state().labels().equals(node.labels());
    capacity = capacity.minus(slot.state().allocatable()).plus(node.allocatable());
    knownNodes += slot.isKnown() ? 0 : 1;
    slot.set(node);
    if (relabelled) {
      topology.forgetCounts();
    }
    note(slot);
    return true;
  }

  /** A node is gone; its pods keep their places until they are gone too. */
  public void removeNode(String name) {
    var slot = slots.get(name);
    if (slot == null || !slot.isKnown()) {
      return;
    }
    capacity = capacity.minus(slot.state().allocatable());
    knownNodes--;
    slot.unset();
    topology.forgetCounts();
    note(slot);
    if (slot.isEmpty()) {
      slots.remove(name);
    }
  }

  /** A pod takes a place on the node that it names. */
  public void place(PodState pod) {
    unplace(pod.key());
    var slot = slots.computeIfAbsent(pod.node(), NodeSlot::new);
    slot.add(pod);
    slotByPod.put(pod.key(), slot);
    topology.added(pod, slot);
    note(slot);
  }

  /** A pod's place, if it has one, is free again; the pod as it was placed. */
  public Optional<PodState> unplace(ObjectKey key) {
    var slot = slotByPod.remove(key);
    if (slot == null) {
      return Optional.empty();
    }
    for (var pod : slot.pods()) {
      if (pod.key().equals(key)) {
        slot.remove(pod);
        topology.removed(pod, slot);
        note(slot);
        if (slot.isEmpty() && !slot.isKnown()) {
          slots.remove(slot.name());
        }
        return Optional.of(pod);
      }
    }
    throw new IllegalStateException("pod " + key + " is not on node " + slot.name());
  }

  /** The pod with a place of this name. */
  public Optional<PodState> placed(ObjectKey key) {
    var slot = slotByPod.get(key);
    if (slot == null) {
      return Optional.empty();
    }
    return slot.pods().stream().filter(pod -> pod.key().equals(key)).findFirst();
  }

  /** One node. */
  public Optional<NodeSlot> slot(String name) {
    return Optional.ofNullable(slots.get(name)).filter(NodeSlot::isKnown);
  }

  /** Every node that exists, by name. */
  public List<NodeSlot> nodes() {
    return slots.values().stream().filter(NodeSlot::isKnown).toList();
  }

  /** Every node name with pods or existence. */
  Collection<NodeSlot> allSlots() {
    return Collections.unmodifiableCollection(slots.values());
  }

  /** How many nodes exist. */
  public int size() {
    return knownNodes;
  }

  /** What all nodes offer together. */
  public Amounts capacity() {
    return capacity;
  }

  /** The counts of pods over domains. */
  public Topology topology() {
    return topology;
  }

  /** A claim is there or has changed. */
  public void put(ClaimState claim) {
    if (!claim.equals(claims.put(claim.key(), claim))) {
      restart();
    }
  }

  /** A claim is gone. */
  public void removeClaim(ObjectKey key) {
    if (claims.remove(key) != null) {
      restart();
    }
  }

  /** A claim. */
  public Optional<ClaimState> claim(ObjectKey key) {
    return Optional.ofNullable(claims.get(key));
  }

  /** A volume is there or has changed. */
  public void put(VolumeState volume) {
    if (!volume.equals(volumes.put(volume.name(), volume))) {
      restart();
    }
  }

  /** A volume is gone. */
  public void removeVolume(String name) {
    if (volumes.remove(name) != null) {
      restart();
    }
  }

  /** A volume. */
  public Optional<VolumeState> volume(String name) {
    return Optional.ofNullable(volumes.get(name));
  }

  /** A storage class is there: whether its volumes are made once a pod's node is known. */
  public void putStorageClass(String name, boolean waitsForConsumer) {
    waitsForConsumerByClass.put(name, waitsForConsumer);
    restart();
  }

  /** A storage class is gone. */
  public void removeStorageClass(String name) {
    waitsForConsumerByClass.remove(name);
    restart();
  }

  /** Whether volumes of the class are made once a pod's node is known. */
  public boolean waitsForConsumer(String storageClass) {
    return waitsForConsumerByClass.getOrDefault(storageClass, false);
  }

  /**
   * A namespace is there or has other labels.
   *
   * @return whether that makes a difference
   */
  public boolean putNamespace(String name, SortedMap<String, String> labels) {
    if (labels.equals(labelsByNamespace.put(name, labels))) {
      return false;
    }
    topology.forgetCounts();
    return true;
  }

  /** A namespace is gone. */
  public void removeNamespace(String name) {
    labelsByNamespace.remove(name);
  }

  /** The names of the namespaces. */
  public List<String> namespaces() {
    return List.copyOf(labelsByNamespace.keySet());
  }

  /** The labels of a namespace; none for one that is unknown. */
  public SortedMap<String, String> labelsOf(String namespace) {
    return labelsByNamespace.getOrDefault(namespace, Collections.emptySortedMap());
  }

  /** Changes when positions in the log of changes have lost their meaning. */
  public long epoch() {
    return epoch;
  }

  /** The nodes that changed since a position in the log, possibly several times. */
  public List<NodeSlot> changedSince(int position) {
    return changed.subList(position, changed.size());
  }

  /** The present end of the log. */
  public int position() {
    return changed.size();
  }

  private void note(NodeSlot slot) {
    changed.add(slot);
    if (changed.size() > LOG_LIMIT) {
      restart();
    }
  }

  private void restart() {
    changed.clear();
    epoch++;
  }
}
