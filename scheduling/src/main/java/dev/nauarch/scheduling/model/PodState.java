package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pod as the scheduler knows it.
 *
 * @param key its name
 * @param uid which pod of that name
 * @param labels its labels
 * @param annotations its annotations, where somebody looks at them; else none
 * @param shape where it can run
 * @param neighbours beside whom it wants to run
 * @param priority larger goes first and may preempt smaller
 * @param mayPreempt whether others may be stopped for it
 * @param created when it was made
 * @param node where it is bound; empty for nowhere
 * @param stage how far it is
 * @param gates why it must not be scheduled yet
 * @param membership the group, queue and scheduler it belongs to
 * @param devices the claims of devices that it uses
 */
public record PodState(
    ObjectKey key,
    String uid,
    SortedMap<String, String> labels,
    SortedMap<String, String> annotations,
    PodShape shape,
    Neighbours neighbours,
    int priority,
    boolean mayPreempt,
    Instant created,
    String node,
    Stage stage,
    List<String> gates,
    Membership membership,
    DeviceNeeds devices) {

  /** Begins the names of places that are held for a pod to come; no pod can have such a name. */
  private static final String PLACE_ONLY = "~";

  /** How far a pod is. */
  public enum Stage {
    /** It waits or runs. */
    LIVE,
    /** It was asked to stop; it still takes its place. */
    ENDING,
    /** It ended well and takes no place. */
    SUCCEEDED,
    /** It ended badly and takes no place. */
    FAILED
  }

  /**
   * To whom a pod belongs, and what it says of itself that the scheduler wrote.
   *
   * @param gang the name of its PodGroup in its namespace; empty for none
   * @param workload the name of its queue workload; empty for none
   * @param podSet which pod set of the workload; empty for none
   * @param ours whether it names this scheduler
   * @param reported whether it carries an explanation of ours
   * @param controller the kind and the name of the ReplicaSet, StatefulSet or ReplicationController
   *     that made it; empty for none
   * @param nominated the node on which room is being made for it; empty for none
   */
  public record Membership(
      String gang,
      String workload,
      String podSet,
      boolean ours,
      boolean reported,
      String controller,
      String nominated) {

    /** A pod of ours that stands for itself. */
    public static final Membership ALONE = new Membership("", "", "", true, false, "");

    /** That of a pod for which no room is being made. */
    public Membership(
        String gang,
        String workload,
        String podSet,
        boolean ours,
        boolean reported,
        String controller) {
      this(gang, workload, podSet, ours, reported, controller, "");
    }
  }

  /** Copies the collections. */
  public PodState {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    annotations =
        annotations.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    gates = List.copyOf(gates);
  }

  /** The name of a place that is held for a pod to come. */
  public static String placeName(String name) {
    return PLACE_ONLY + name;
  }

  /** Whether it is only a place that is held for a pod to come. */
  public boolean isPlaceOnly() {
    return key.name().startsWith(PLACE_ONLY);
  }

  /** For which pod a place is held; of one that is held for no pod by name, none there is. */
  public ObjectKey placeFor() {
    return new ObjectKey(key.namespace(), key.name().substring(PLACE_ONLY.length()));
  }

  /** Whether it is bound to a node. */
  public boolean isBound() {
    return !node.isEmpty();
  }

  /** Whether it takes a place on its node. */
  public boolean holdsPlace() {
    return stage == Stage.LIVE || stage == Stage.ENDING;
  }

  /** Whether the scheduler has to find a place for it now. */
  public boolean waits() {
    return membership.ours()
        && stage == Stage.LIVE
        && !isBound()
        && gates.isEmpty()
        && !devices.waits();
  }

  /** The same pod on a node. */
  public PodState on(String target) {
    return with(shape, target, stage, membership);
  }

  /** The same pod at another stage. */
  public PodState at(Stage other) {
    return with(shape, node, other, membership);
  }

  /** The same pod in another shape. */
  public PodState in(PodShape other) {
    return with(other, node, stage, membership);
  }

  /** Whether devices may have to be given to it, by claims or for extended resources. */
  public boolean mayUseDevices() {
    return !devices.isEmpty()
        || devices.extended().isNoted()
        || !shape.requests().extended().isEmpty();
  }

  /** The same pod with room being made for it on a node. */
  public PodState nominatedTo(String target) {
    var other =
        new Membership(
            membership.gang,
            membership.workload,
            membership.podSet,
            membership.ours,
            membership.reported,
            membership.controller,
            target);
    return with(shape, node, stage, other);
  }

  private PodState with(
      PodShape otherShape, String otherNode, Stage otherStage, Membership otherMembership) {
    return new PodState(
        key,
        uid,
        labels,
        annotations,
        otherShape,
        neighbours,
        priority,
        mayPreempt,
        created,
        otherNode,
        otherStage,
        gates,
        otherMembership,
        devices);
  }

  /** The key of its gang; only of a pod that has one. */
  public ObjectKey gangKey() {
    return new ObjectKey(key.namespace(), membership.gang());
  }
}
