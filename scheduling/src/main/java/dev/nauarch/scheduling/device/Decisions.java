package dev.nauarch.scheduling.device;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.NodeTerm;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Devices that were chosen for claims which are not seen to have them yet. They count as used until
 * the claim is seen to have them, or until nobody needs them and no write is under way any more.
 */
final class Decisions {

  private final Usage usage;
  private final Map<ObjectKey, Decided> decisions = new HashMap<>();
  private final Map<String, List<ObjectKey>> decidedByPod = new HashMap<>();

  /** What was chosen for one claim. */
  static final class Decided {
    private final AllocationResult allocation;
    private final List<NodeTerm> reach;
    private final SortedSet<String> pods = new TreeSet<>();
    private int writes;

    private Decided(AllocationResult allocation) {
      this.allocation = allocation;
      this.reach = KnownClaim.reach(allocation);
    }

    AllocationResult allocation() {
      return allocation;
    }

    /** From where the devices can be reached. */
    List<NodeTerm> reach() {
      return reach;
    }

    /** A write of it is under way from now on. */
    void writing() {
      writes++;
    }
  }

  Decisions(Usage usage) {
    this.usage = usage;
  }

  boolean has(ObjectKey claim) {
    return decisions.containsKey(claim);
  }

  @Nullable Decided of(ObjectKey claim) {
    return decisions.get(claim);
  }

  void add(ObjectKey claim, AllocationResult allocation) {
    decisions.put(claim, new Decided(allocation));
    usage.add(allocation);
  }

  /** A pod needs what was chosen for these of its claims. */
  void need(String podUid, List<ObjectKey> claims) {
    var shared = new ArrayList<ObjectKey>();
    for (var claim : claims) {
      var decided = decisions.get(claim);
      if (decided != null) {
        decided.pods.add(podUid);
        shared.add(claim);
      }
    }
    decidedByPod.put(podUid, shared);
  }

  /**
   * A decision is a fact now, or can't become one.
   *
   * @return whether there was one
   */
  boolean drop(ObjectKey claim) {
    var decided = decisions.remove(claim);
    if (decided != null) {
      usage.remove(decided.allocation);
    }
    return decided != null;
  }

  /**
   * The pod gives back what was chosen for it and nobody else needs.
   *
   * @return whether that frees anything
   */
  boolean release(String podUid) {
    var freed = false;
    for (var claim : decidedByPod.getOrDefault(podUid, List.of())) {
      var decided = decisions.get(claim);
      if (decided != null) {
        decided.pods.remove(podUid);
        freed |= dropUnlessNeeded(claim, decided);
      }
    }
    decidedByPod.remove(podUid);
    return freed;
  }

  /** The pod has what was chosen for it. */
  void settled(String podUid) {
    decidedByPod.remove(podUid);
  }

  /**
   * A write has ended.
   *
   * @return whether that frees anything
   */
  boolean written(ObjectKey claim) {
    var decided = decisions.get(claim);
    if (decided == null) {
      return false;
    }
    decided.writes = Math.max(0, decided.writes - 1);
    return dropUnlessNeeded(claim, decided);
  }

  /** A write that is under way may still make it a fact. */
  private boolean dropUnlessNeeded(ObjectKey claim, Decided decided) {
    return decided.pods.isEmpty() && decided.writes == 0 && drop(claim);
  }
}
