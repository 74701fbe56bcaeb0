package dev.nauarch.scheduling.volume;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was decided for claims that are not seen to have their volume yet. */
final class Reservations {

  private final Map<ObjectKey, Reservation> byClaim = new HashMap<>();
  private final Map<String, ObjectKey> claimByVolume = new HashMap<>();
  private final Map<String, List<ObjectKey>> claimsByPod = new HashMap<>();
  private boolean freed;

  /** What one claim will have. */
  static final class Reservation {
    private final String claimUid;
    private final String volume;
    private final String node;
    private final SortedSet<String> pods = new TreeSet<>();
    private int writes;
    private boolean written;

    private Reservation(String claimUid, String volume, String node) {
      this.claimUid = claimUid;
      this.volume = volume;
      this.node = node;
    }

    /** The volume that it gets; empty for one that is made. */
    String volume() {
      return volume;
    }

    /** The node for which it was decided. */
    String node() {
      return node;
    }

    /** Whether it is known to be written. */
    boolean isWritten() {
      return written;
    }

    /** Whether somebody has yet to write it. */
    boolean isToBeWritten() {
      return !written && writes == 0;
    }

    VolumeWrite write(ObjectKey claim) {
      writes++;
      return volume.isEmpty()
          ? new VolumeWrite.Select(claim, claimUid, node)
          : new VolumeWrite.Keep(claim, claimUid, volume);
    }
  }

  @Nullable Reservation of(ObjectKey claim) {
    return byClaim.get(claim);
  }

  /** Whether a volume was chosen for some claim. */
  boolean isTaken(String volume) {
    return claimByVolume.containsKey(volume);
  }

  /** A pod's claims get what was chosen for them, or share what was chosen for another pod. */
  void add(String podUid, String node, List<Outcome.Choice> choices) {
    var claims = new ArrayList<ObjectKey>();
    for (var choice : choices) {
      var key = choice.claim().key();
      var known = byClaim.get(key);
      if (known == null) {
        known = new Reservation(choice.claim().uid(), choice.volume(), node);
        byClaim.put(key, known);
        if (!choice.volume().isEmpty()) {
          claimByVolume.put(choice.volume(), key);
        }
      }
      known.written |= choice.volume().isEmpty() && choice.claim().selectedNode().equals(node);
      known.pods.add(podUid);
      claims.add(key);
    }
    claimsByPod.put(podUid, claims);
  }

  /** The pod gives back what nobody else needs. */
  void release(String podUid) {
    var claims = claimsByPod.remove(podUid);
    if (claims != null) {
      for (var claim : claims) {
        var reservation = byClaim.get(claim);
        if (reservation != null) {
          reservation.pods.remove(podUid);
          dropUnlessNeeded(claim, reservation);
        }
      }
    }
  }

  /**
   * A write is over.
   *
   * @param mayPass whether one that was not done may be tried again
   */
  void written(VolumeWrite write, boolean isDone, boolean mayPass) {
    var reservation = byClaim.get(write.claim());
    if (reservation == null) {
      return;
    }
    reservation.writes = Math.max(0, reservation.writes - 1);
    reservation.written |= isDone;
    if (reservation.writes == 0 && !reservation.written && !mayPass) {
      drop(write.claim());
    } else {
      dropUnlessNeeded(write.claim(), reservation);
    }
  }

  /** A claim is seen; what was decided for one that it replaces, or that is bound now, is void. */
  void seen(ClaimState claim) {
    var reservation = byClaim.get(claim.key());
    if (reservation != null
        && (claim.stage() != ClaimState.Stage.PENDING
            || !reservation.claimUid.equals(claim.uid()))) {
      drop(claim.key());
    }
  }

  /** What was decided for a claim is void. */
  void drop(ObjectKey claim) {
    var reservation = byClaim.remove(claim);
    if (reservation != null) {
      claimByVolume.remove(reservation.volume, claim);
      freed = true;
    }
  }

  /** A write that is under way may still make it a fact. */
  private void dropUnlessNeeded(ObjectKey claim, Reservation reservation) {
    if (reservation.pods.isEmpty() && reservation.writes == 0) {
      drop(claim);
    }
  }

  /** Whether something became free since this was last asked. */
  boolean takeFreed() {
    var result = freed;
    freed = false;
    return result;
  }
}
