package dev.nauarch.scheduling.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceBook;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.share.KnownMixes;
import dev.nauarch.scheduling.volume.VolumeBook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All nodes and every place that is taken on them, by bound pods, by decisions on their way, and by
 * places held for pods to come. Every change of a node is noted in a log, from which indexes catch
 * up; nothing is computed over all nodes when one of them changes.
 */
public final class Cluster {

  private static final int NODES_FIRST = 64;

  private final Map<String, NodeSlot> slotByName = new HashMap<>();
  private final Map<ObjectKey, NodeSlot> slotByPod = new HashMap<>();
  private final List<@Nullable NodeSlot> slots = new ArrayList<>();
  private final List<Integer> unusedNumbers = new ArrayList<>();
  private final Columns columns = new Columns();
  private final Changes changes = new Changes();
  private final Changes nodeChanges = new Changes();
  private final Map<Integer, int[]> podsByPriority = new HashMap<>();
  private final VolumeBook volumes = new VolumeBook();
  private final SortedMap<String, SortedMap<String, String>> labelsByNamespace = new TreeMap<>();
  private final Topology topology = new Topology(this);
  private final KnownMixes mixes = new KnownMixes();
  private final Changes deviceChanges = new Changes();
  private final DeviceBook devices =
      new DeviceBook(
          this::devicesChanged,
          deviceChanges::noteAll,
          (namespace, label) -> labelsOf(namespace).getOrDefault(label, ""));
  private final Budgets budgets = new Budgets();
  private final Images images = new Images();
  private final Groups groups = new Groups();
  private int knownNodes;
  private int columnLength;
  private Amounts capacity = Amounts.NONE;

  /**
   * A node is there or has changed.
   *
   * @return whether that makes a difference for pods that can't run; which images it has does not
   */
  public boolean put(NodeState node) {
    var slot = slotNamed(node.name());
    if (slot.isKnown() && slot.state().equals(node)) {
      return false;
    }
    var matters = !slot.isKnown() || !slot.state().equals(node.withImages(slot.state().images()));
    if (!slot.isKnown()) {
      images.add(node);
    } else if (!slot.state().images().equals(node.images())) {
      images.change(slot.state(), node);
    }
    capacity = capacity.minus(slot.state().allocatable()).plus(node.allocatable());
    knownNodes += slot.isKnown() ? 0 : 1;
    if (slot.isKnown() && slot.state().labels().equals(node.labels())) {
      slot.set(node);
    } else {
      topology.relabel(slot, () -> slot.set(node));
    }
    nodeChanges.note(slot.number());
    changes.note(slot.number());
    return matters;
  }

  /** A node is gone; its pods keep their places until they are gone too. */
  public void removeNode(String name) {
    var slot = slotByName.get(name);
    if (slot == null || !slot.isKnown()) {
      return;
    }
    capacity = capacity.minus(slot.state().allocatable());
    images.remove(slot.state());
    knownNodes--;
    topology.relabel(slot, slot::unset);
    nodeChanges.note(slot.number());
    changes.note(slot.number());
    dropIfUnused(slot);
  }

  /** A pod takes a place on the node that it names. */
  public void place(PodState pod) {
    var before = slotByPod.get(pod.key());
    if (before != null && before.replaces(pod)) {
      return;
    }
    unplace(pod.key());
    var slot = slotNamed(pod.node());
    slot.add(pod);
    slotByPod.put(pod.key(), slot);
    countPriority(pod.priority(), 1);
    topology.added(pod, slot);
    if (!pod.shape().volumes().isEmpty()) {
      volumes.placed(pod);
    }
    changes.note(slot.number());
  }

  /** A pod's place, if it has one, is free again; the pod as it was placed. */
  public Optional<PodState> unplace(ObjectKey key) {
    var slot = slotByPod.remove(key);
    if (slot == null) {
      return Optional.empty();
    }
    var pod =
        slot.pod(key)
            .orElseThrow(
                () -> new IllegalStateException("pod " + key + " is not on node " + slot.name()));
    slot.remove(pod);
    countPriority(pod.priority(), -1);
    topology.removed(pod, slot);
    if (!pod.shape().volumes().isEmpty()) {
      volumes.unplaced(pod);
    }
    changes.note(slot.number());
    dropIfUnused(slot);
    return Optional.of(pod);
  }

  /**
   * Takes a pod's place away for a moment. Nothing is noted, so it must be given back before
   * anything is asked that follows changes.
   */
  public void lift(PodState placed) {
    var slot = slotOf(placed);
    slot.remove(placed);
    topology.removed(placed, slot);
    if (!placed.shape().volumes().isEmpty()) {
      volumes.unplaced(placed);
    }
  }

  /** Gives a pod that was lifted its place back. */
  public void putBack(PodState lifted) {
    var slot = slotOf(lifted);
    slot.add(lifted);
    topology.added(lifted, slot);
    if (!lifted.shape().volumes().isEmpty()) {
      volumes.placed(lifted);
    }
  }

  private NodeSlot slotOf(PodState placed) {
    return Objects.requireNonNull(slotByPod.get(placed.key()), "a pod without a place");
  }

  /** The pod with a place of this name. */
  public Optional<PodState> placed(ObjectKey key) {
    return Optional.ofNullable(slotByPod.get(key)).flatMap(slot -> slot.pod(key));
  }

  /** Whether a pod of lower priority than this has a place. */
  public boolean hasBelow(int priority) {
    return podsByPriority.entrySet().stream()
        .anyMatch(one -> one.getKey() < priority && one.getValue()[0] > 0);
  }

  /** One node. */
  public Optional<NodeSlot> slot(String name) {
    return Optional.ofNullable(slotByName.get(name)).filter(NodeSlot::isKnown);
  }

  /** The node of a number, if there is one. */
  public @Nullable NodeSlot slot(int number) {
    var slot = slots.get(number);
    return slot == null || !slot.isKnown() ? null : slot;
  }

  /** All numbers of nodes are below this; not each of them has a node. */
  public int numbers() {
    return slots.size();
  }

  /** Every node name with pods or existence. */
  List<NodeSlot> allSlots() {
    var all = new ArrayList<NodeSlot>(slots.size());
    for (var slot : slots) {
      if (slot != null) {
        all.add(slot);
      }
    }
    return all;
  }

  /** What nodes have and what is left, by number. */
  public Columns columns() {
    return columns;
  }

  /** Which nodes have changed, or the pods on them. */
  public Changes changes() {
    return changes;
  }

  /** Which nodes have changed by themselves. */
  public Changes nodeChanges() {
    return nodeChanges;
  }

  /** What pods ask for devices as resources, whether they have a place or wait for one. */
  public KnownMixes mixes() {
    return mixes;
  }

  /** The devices of nodes, and who has them. */
  public DeviceBook devices() {
    return devices;
  }

  /** The images of nodes. */
  public Images images() {
    return images;
  }

  /** Which pods belong together. */
  public Groups groups() {
    return groups;
  }

  /** The disruption budgets. */
  public Budgets budgets() {
    return budgets;
  }

  /** For which nodes devices have changed, or what is taken of them. */
  public Changes deviceChanges() {
    return deviceChanges;
  }

  private void devicesChanged(String node) {
    var slot = slotByName.get(node);
    if (slot != null) {
      deviceChanges.note(slot.number());
    }
  }

  /** Claims and volumes, and who has them. */
  public VolumeBook volumes() {
    return volumes;
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

  private void countPriority(int priority, int difference) {
    podsByPriority.computeIfAbsent(priority, ignored -> new int[1])[0] += difference;
  }

  private NodeSlot slotNamed(String name) {
    var known = slotByName.get(name);
    if (known != null) {
      return known;
    }
    var number = unusedNumbers.isEmpty() ? slots.size() : unusedNumbers.removeLast();
    var slot = new NodeSlot(name, number, columns);
    if (number == slots.size()) {
      slots.add(slot);
    } else {
      slots.set(number, slot);
    }
    if (number >= columnLength) {
      columnLength = Math.max(NODES_FIRST, 2 * columnLength);
      columns.grow(columnLength);
    }
    slotByName.put(name, slot);
    return slot;
  }

  private void dropIfUnused(NodeSlot slot) {
    if (slot.isEmpty() && !slot.isKnown()) {
      slotByName.remove(slot.name());
      slots.set(slot.number(), null);
      unusedNumbers.add(slot.number());
    }
  }
}
