package dev.nauarch.scheduling.volume;

import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.VolumeState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A claim that gets its volume together with its pod's node, and the volumes that it may get. Those
 * that can be reached from single hosts are kept by host, since there may be as many as hosts.
 */
public final class OpenClaim {

  private static final String HOST = "kubernetes.io/hostname";

  private static final Comparator<VolumeState> SMALLEST =
      Comparator.comparingLong(VolumeState::bytes).thenComparing(VolumeState::name);

  private final ClaimState claim;
  private final StorageClassState storageClass;
  private final String node;
  private final List<VolumeState> kept;
  private final Map<String, List<VolumeState>> freeByHost = new HashMap<>();
  private final List<VolumeState> freeElsewhere = new ArrayList<>();

  /**
   * @param node for which a volume is being made already; empty for none
   * @param kept volumes that are kept for the claim
   * @param free volumes that anybody may have, in any order
   */
  OpenClaim(
      ClaimState claim,
      StorageClassState storageClass,
      String node,
      List<VolumeState> kept,
      Iterable<VolumeState> free) {
    this.claim = claim;
    this.storageClass = storageClass;
    this.node = node;
    this.kept = List.copyOf(kept);
    if (kept.isEmpty() && node.isEmpty()) {
      free.forEach(this::offer);
      freeByHost.values().forEach(volumes -> volumes.sort(SMALLEST));
      freeElsewhere.sort(SMALLEST);
    }
  }

  private void offer(VolumeState volume) {
    if (!claim.accepts(volume)) {
      return;
    }
    var hosts = hosts(volume);
    if (hosts.isEmpty()) {
      freeElsewhere.add(volume);
    }
    for (var host : hosts) {
      freeByHost.computeIfAbsent(host, each -> new ArrayList<>()).add(volume);
    }
  }

  /** The hosts from which alone it can be reached; empty where that is said otherwise. */
  private static List<String> hosts(VolumeState volume) {
    return volume.nodes().size() != 1
        ? List.of()
        : volume.nodes().getFirst().labels().stream()
            .filter(label -> label.key().equals(HOST))
            .filter(label -> label.operator() == Requirement.Operator.IN)
            .map(Requirement::values)
            .findFirst()
            .orElse(List.of());
  }

  /** The claim. */
  public ClaimState claim() {
    return claim;
  }

  /** Its class. */
  StorageClassState storageClass() {
    return storageClass;
  }

  /** Whether nobody but a maker of volumes at this node can help. */
  boolean isBeingMadeElsewhere(NodeState other) {
    return !node.isEmpty() && !node.equals(other.name());
  }

  /** Whether volumes are kept for it, so that it can have no other. */
  boolean isKept() {
    return !kept.isEmpty();
  }

  /** The volume that it would get on a node. */
  Optional<VolumeState> on(NodeState other, Set<String> taken) {
    if (isKept()) {
      return first(kept, other, taken);
    }
    var there =
        first(
            freeByHost.getOrDefault(other.labels().getOrDefault(HOST, ""), List.of()),
            other,
            taken);
    var elsewhere = first(freeElsewhere, other, taken);
    return there.isPresent() && elsewhere.isPresent()
        ? Optional.of(
            SMALLEST.compare(there.get(), elsewhere.get()) <= 0 ? there.get() : elsewhere.get())
        : there.or(() -> elsewhere);
  }

  private static Optional<VolumeState> first(
      List<VolumeState> volumes, NodeState node, Set<String> taken) {
    for (var volume : volumes) {
      if (!taken.contains(volume.name()) && volume.isReachableFrom(node)) {
        return Optional.of(volume);
      }
    }
    return Optional.empty();
  }
}
