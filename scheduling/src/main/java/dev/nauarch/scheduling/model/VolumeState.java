package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A PersistentVolume as the scheduler knows it.
 *
 * @param name its name
 * @param form what it is
 * @param bytes how large it is
 * @param labels its labels
 * @param nodes of these alternatives one must hold of a node that uses it; empty for every node
 * @param stage whether it can be had
 * @param holder the claim that it is kept for; empty for none
 * @param disk what a driver attaches for it; empty where none does
 */
public record VolumeState(
    String name,
    VolumeForm form,
    long bytes,
    SortedMap<String, String> labels,
    List<NodeTerm> nodes,
    Stage stage,
    Optional<Holder> holder,
    Optional<DriverVolume> disk) {

  /** Whether a volume can be had. */
  public enum Stage {
    /** Whoever fits may have it. */
    AVAILABLE,
    /** It is somebody's, or was. */
    TAKEN,
    /** It is being deleted. */
    ENDING
  }

  /**
   * Whom a volume is kept for.
   *
   * @param claim the claim
   * @param uid which claim of that name; empty for whichever comes
   */
  public record Holder(ObjectKey claim, String uid) {

    /** Whether it is this very claim. */
    public boolean is(ClaimState other) {
      return claim.equals(other.key()) && (uid.isEmpty() || uid.equals(other.uid()));
    }
  }

  /** Copies the collections. */
  public VolumeState {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    nodes = List.copyOf(nodes);
  }

  /** Whether the node can use it. */
  public boolean isReachableFrom(NodeState node) {
    return nodes.isEmpty() || nodes.stream().anyMatch(term -> term.matches(node));
  }

  /** Whether it is kept for this claim. */
  public boolean isFor(ClaimState claim) {
    return holder.filter(one -> one.is(claim)).isPresent();
  }

  /** Whether whoever fits may have it. */
  public boolean isFree() {
    return stage == Stage.AVAILABLE && holder.isEmpty();
  }
}
