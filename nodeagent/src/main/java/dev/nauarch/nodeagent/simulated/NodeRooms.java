package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.PodAmounts;
import dev.nauarch.nodeagent.lifecycle.Admission;
import dev.nauarch.nodeagent.lifecycle.NodeShare;
import dev.nauarch.nodeagent.lifecycle.NodeShares;
import dev.nauarch.nodeagent.lifecycle.Room;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What simulated nodes have for pods, and which pods have what of it. Any thread may say what a
 * node has; everything else is for the loop that plays the pods.
 */
final class NodeRooms {

  /**
   * What a node has for pods.
   *
   * @param amounts of resources
   * @param devices the ids of its accelerators, in order
   */
  record Offer(Amounts amounts, List<String> devices) {
    static final Offer NONE = new Offer(Amounts.NONE, List.of());

    boolean isSameAs(Offer other) {
      return amounts.isSameAs(other.amounts) && devices.equals(other.devices);
    }
  }

  /** What is taken of one node. */
  private static final class Taken {
    private final NodeShares<ObjectKey> shares = new NodeShares<>();
    private final Map<ObjectKey, HeldDevices> heldByPod = new HashMap<>();
  }

  private final Map<String, Offer> offerByNode = new ConcurrentHashMap<>();
  private final Map<String, Taken> takenByNode = new HashMap<>();
  private final Map<ObjectKey, String> nodeByPod = new HashMap<>();

  /** A node has so much from now on; says whether that is other than what it had. */
  boolean offer(String node, Offer offer) {
    var before = offerByNode.put(node, offer);
    return before != null && !before.isSameAs(offer);
  }

  void withdraw(String node) {
    offerByNode.remove(node);
  }

  private Offer offer(String node) {
    return offerByNode.getOrDefault(node, Offer.NONE);
  }

  /** Whether its node is known to have taken a pod. */
  boolean has(ObjectKey pod) {
    return nodeByPod.containsKey(pod);
  }

  /**
   * Why its node does not take a pod; empty where it does.
   *
   * @param node the node as it is known; empty where it is not
   */
  Optional<Admission.Refusal> refusal(Pod pod, Optional<Node> node) {
    var name = pod.getSpec().getNodeName();
    var taken = takenByNode.getOrDefault(name, new Taken());
    return Admission.refusal(pod, taken.shares, offer(name).amounts(), node);
  }

  /**
   * Its node has taken a pod, and keeps for it the devices that its status tells of, or else such
   * as are free.
   */
  void take(Pod pod) {
    var key = ObjectKey.of(pod);
    var node = pod.getSpec().getNodeName();
    var taken = takenByNode.computeIfAbsent(node, name -> new Taken());
    nodeByPod.put(key, node);
    taken.shares.put(key, NodeShare.of(pod));
    var known = HeldDevices.of(pod);
    var held = known.byContainer().isEmpty() ? HeldDevices.chosen(pod, free(node, taken)) : known;
    if (!held.byContainer().isEmpty()) {
      taken.heldByPod.put(key, held);
    }
  }

  private List<String> free(String node, Taken taken) {
    var used =
        taken.heldByPod.values().stream().flatMap(HeldDevices::ids).collect(Collectors.toSet());
    return offer(node).devices().stream().filter(id -> !used.contains(id)).toList();
  }

  /** Its node gives a pod more or less than it did. */
  void resize(Pod pod) {
    var taken = takenByNode.get(pod.getSpec().getNodeName());
    if (taken != null && taken.shares.has(ObjectKey.of(pod))) {
      taken.shares.put(ObjectKey.of(pod), NodeShare.of(pod));
    }
  }

  /** A pod has gone. */
  void remove(ObjectKey pod) {
    var node = nodeByPod.remove(pod);
    var taken = node == null ? null : takenByNode.get(node);
    if (taken != null) {
      taken.shares.remove(pod);
      taken.heldByPod.remove(pod);
      if (taken.shares.isEmpty()) {
        takenByNode.remove(node);
      }
    }
  }

  /** Of a node's pods, those have gone of which that is so, though nobody has said it yet. */
  void removeAll(String node, Predicate<ObjectKey> isGone) {
    var taken = takenByNode.get(node);
    if (taken != null) {
      taken.shares.pods().stream().filter(isGone).forEach(this::remove);
    }
  }

  /** The devices that a pod has. */
  HeldDevices devices(ObjectKey pod) {
    var node = nodeByPod.get(pod);
    var taken = node == null ? null : takenByNode.get(node);
    return taken == null ? HeldDevices.NONE : taken.heldByPod.getOrDefault(pod, HeldDevices.NONE);
  }

  /** Whether there is room for what a pod asks for now. */
  Room room(Pod pod) {
    var node = pod.getSpec().getNodeName();
    var taken = takenByNode.getOrDefault(node, new Taken());
    return Room.of(
        offer(node).amounts(),
        taken.shares.othersThan(ObjectKey.of(pod)),
        PodAmounts.requestsWithOverhead(pod.getSpec()));
  }
}
