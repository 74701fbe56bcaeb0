package dev.nauarch.scheduling.volume;

import dev.nauarch.api.InTreeStorage;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.DriverVolume;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.VolumeNeeds;
import dev.nauarch.scheduling.model.VolumeState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that the scheduler knows of storage: claims and volumes, who makes further ones, what nodes
 * can attach, and what was decided for claims. A volume that was chosen for a claim is no other's
 * until the claim is seen bound, or until the decision is taken back and no write of it is under
 * way any more.
 */
public final class VolumeBook {

  private static final String CONFLICT = "node(s) didn't find available persistent volumes to bind";
  private static final String NO_SPACE = "node(s) did not have enough free storage";

  private final Supply supply = new Supply();
  private final Reservations reservations = new Reservations();
  private final Attached attached = new Attached(supply, this::diskOf);
  private final Map<ObjectKey, Supply.Versioned<ClaimState>> claims = new HashMap<>();
  private boolean freed;

  /** Takes something in. */
  public void apply(VolumeEvent event) {
    var isNews = true;
    switch (event) {
      case VolumeEvent.ClaimSeen(var claim, var version) -> {
        put(claim, version);
        isNews = false;
      }
      case VolumeEvent.ClaimGone(var key) -> {
        claims.remove(key);
        reservations.drop(key);
        isNews = false;
      }
      case VolumeEvent.VolumeSeen(var volume, var version) ->
          isNews = supply.put(volume, version) && volume.isFree();
      case VolumeEvent.VolumeGone(var name) -> supply.removeVolume(name);
      case VolumeEvent.ClassSeen(var storageClass) -> supply.put(storageClass);
      case VolumeEvent.ClassGone(var name) -> supply.removeClass(name);
      case VolumeEvent.DriverSeen(var name, var tells, var isNeeded) -> {
        supply.putDriver(name, tells);
        attached.need(name, isNeeded);
      }
      case VolumeEvent.DriverGone(var name) -> {
        supply.removeDriver(name);
        attached.need(name, false);
      }
      case VolumeEvent.CapacitySeen(var capacity) -> isNews = supply.put(capacity);
      case VolumeEvent.CapacityGone(var key) -> supply.removeCapacity(key);
      case VolumeEvent.NodeDriversSeen(var drivers) -> attached.put(drivers);
      case VolumeEvent.NodeDriversGone(var node) -> attached.removeDrivers(node);
      case VolumeEvent.AttachmentSeen(var attachment) -> {
        attached.put(attachment);
        isNews = false;
      }
      case VolumeEvent.AttachmentGone(var name) -> attached.removeAttachment(name);
      case VolumeEvent.Written written -> written(written);
    }
    freed |= isNews;
  }

  /**
   * Whether something has changed since this was last asked by which a pod may be helped; changes
   * of a claim, or of a volume that is kept for it, help those who use it, and don't count.
   */
  public boolean takeFreed() {
    var wasFreed = reservations.takeFreed() || freed;
    freed = false;
    return wasFreed;
  }

  private void put(ClaimState claim, long version) {
    var old = claims.get(claim.key());
    if (old != null && old.version() > version) {
      return;
    }
    claims.put(claim.key(), new Supply.Versioned<>(claim, version));
    reservations.seen(claim);
  }

  private void written(VolumeEvent.Written written) {
    for (var fact : written.facts()) {
      var isKnown =
          switch (fact) {
            case VolumeEvent.ClaimSeen(var claim, _) -> claims.containsKey(claim.key());
            case VolumeEvent.VolumeSeen(var volume, _) -> supply.knows(volume.name());
            default -> false;
          };
      if (isKnown) { // else it is gone, and that was told first
        apply(fact);
      }
    }
    for (var write : written.writes()) {
      reservations.written(write, written.failure().isEmpty(), written.mayPass());
    }
  }

  /** A claim. */
  public Optional<ClaimState> claim(ObjectKey key) {
    return Optional.ofNullable(claims.get(key)).map(Supply.Versioned::state);
  }

  /** A pod has a place on the node that it names. */
  public void placed(PodState pod) {
    attached.placed(pod);
  }

  /** A pod's place is free again. */
  public void unplaced(PodState pod) {
    attached.unplaced(pod);
  }

  /** Whether a pod on the node has a disk that the pod names, so that both can't be there. */
  public boolean hasConflict(PodState pod, String node) {
    return attached.hasConflict(pod, node);
  }

  /**
   * Whether the node would have more volumes with the pod than one of its drivers can attach.
   *
   * @param chosen what its claims would get there
   */
  public boolean exceedsLimit(PodState pod, String node, List<Outcome.Choice> chosen) {
    return attached.exceedsLimit(pod, node, chosen);
  }

  /**
   * A driver that the node must have for the pod's volumes, and does not say to have.
   *
   * @param chosen what its claims would get there
   */
  public Optional<String> missingDriver(PodState pod, String node, List<Outcome.Choice> chosen) {
    return attached.missingDriver(pod, node, chosen);
  }

  /**
   * What a driver attaches for a claim that a pod uses; a volume that is to be made counts too.
   *
   * @param chosen the volume that it would get; empty for none
   */
  private Optional<DriverVolume> diskOf(PodState pod, ObjectKey key, String chosen) {
    var claim = claim(key).filter(one -> problem(pod, one, isOwn(pod, key)).isEmpty());
    if (claim.isEmpty()) {
      return Optional.empty();
    }
    var reservation = reservations.of(key);
    var name = reservation == null ? claim.get().volume() : reservation.volume();
    var volume = supply.volume(chosen.isEmpty() ? name : chosen);
    return volume.isPresent()
        ? volume.get().disk()
        : supply
            .storageClass(claim.get().form().storageClass())
            .map(one -> made(one.provisioner(), "claim:" + key));
  }

  private static DriverVolume made(String provisioner, String handle) {
    return InTreeStorage.driver(provisioner)
        .map(driver -> new DriverVolume(driver, handle, provisioner))
        .orElseGet(() -> new DriverVolume(provisioner, handle, ""));
  }

  private static boolean isOwn(PodState pod, ObjectKey claim) {
    return pod.shape().volumes().claims().stream()
        .anyMatch(use -> use.isOwn() && use.claim().equals(claim));
  }

  private static String problem(PodState pod, ClaimState claim, boolean isOwn) {
    return isOwn && !claim.owner().equals(pod.uid())
        ? "PVC %s was not created for pod %s (pod is not owner)".formatted(claim.key(), pod.key())
        : "";
  }

  /** What a pod's claims ask of a node. */
  public Demand demand(PodState pod) {
    if (pod.shape().volumes().claims().isEmpty()) {
      return new Demand.Nothing();
    }
    var bound = new ArrayList<VolumeState>();
    var open = new ArrayList<OpenClaim>();
    var taken = false;
    for (var use : pod.shape().volumes().claims()) {
      var claim = claims.get(use.claim());
      var problem = problem(pod, use, claim);
      if (claim == null || !problem.isEmpty()) {
        return new Demand.Blocked(problem);
      }
      var state = claim.state();
      taken |= state.isForOnePod() && attached.isUsedByOthers(use.claim(), pod);
      if (state.isBound()) {
        supply.volume(state.volume()).ifPresent(bound::add);
      } else if (open.stream().noneMatch(one -> one.claim().key().equals(use.claim()))) {
        open.add(open(state));
      }
    }
    open.sort(
        Comparator.<OpenClaim>comparingLong(one -> one.claim().bytes())
            .thenComparing(one -> one.claim().key()));
    return new Demand.Wanted(bound, open, taken);
  }

  private String problem(
      PodState pod, VolumeNeeds.Use use, Supply.@Nullable Versioned<ClaimState> known) {
    var name = use.claim().name();
    if (known == null) {
      return use.isOwn()
          ? "waiting for ephemeral volume controller to create the persistentvolumeclaim \""
              + name
              + "\""
          : "persistentvolumeclaim \"" + name + "\" not found";
    }
    var claim = known.state();
    return switch (claim.stage()) {
      case LOST ->
          "persistentvolumeclaim \"%s\" bound to non-existent persistentvolume \"%s\""
              .formatted(name, claim.volume());
      case ENDING -> "persistentvolumeclaim \"" + name + "\" is being deleted";
      case BOUND -> {
        var owner = problem(pod, claim, use.isOwn());
        yield !owner.isEmpty() || supply.knows(claim.volume())
            ? owner
            : "persistentvolume \"" + claim.volume() + "\" not found";
      }
      case PENDING -> {
        var owner = problem(pod, claim, use.isOwn());
        yield !owner.isEmpty() || isChosenWithNode(claim)
            ? owner
            : "pod has unbound immediate PersistentVolumeClaims";
      }
    };
  }

  private boolean isChosenWithNode(ClaimState claim) {
    return claim.volume().isEmpty()
        && supply
            .storageClass(claim.form().storageClass())
            .filter(StorageClassState::waitsForConsumer)
            .isPresent();
  }

  private OpenClaim open(ClaimState claim) {
    var storageClass = supply.storageClass(claim.form().storageClass()).orElseThrow();
    var reservation = reservations.of(claim.key());
    if (reservation == null) {
      var free =
          supply.free(claim.form().storageClass()).stream()
              .filter(volume -> !reservations.isTaken(volume.name()))
              .toList();
      var kept = supply.kept(claim);
      return new OpenClaim(claim, storageClass, claim.selectedNode(), List.copyOf(kept), free);
    }
    return new OpenClaim(
        claim,
        storageClass,
        reservation.volume().isEmpty() ? reservation.node() : "",
        supply.volume(reservation.volume()).stream().toList(),
        List.of());
  }

  /** Whether claims can have volumes on a node. */
  public Outcome choose(NodeState node, List<OpenClaim> open) {
    var choices = new ArrayList<Outcome.Choice>();
    var taken = new TreeSet<String>();
    for (var one : open) {
      if (one.isBeingMadeElsewhere(node)) {
        return new Outcome.Refused(CONFLICT);
      }
      var volume = one.on(node, taken);
      if (volume.isPresent()) {
        taken.add(volume.get().name());
        choices.add(new Outcome.Choice(one.claim(), volume.get().name()));
      } else if (one.isKept() || !one.storageClass().isMadeFor(node)) {
        return new Outcome.Refused(CONFLICT);
      } else if (!supply.hasCapacity(one, node)) {
        return new Outcome.Refused(NO_SPACE);
      } else {
        choices.add(new Outcome.Choice(one.claim(), ""));
      }
    }
    return new Outcome.Possible(choices);
  }

  /**
   * Chooses volumes for the claims of a pod that have none yet; they are no other's from now on.
   *
   * @return whether all claims have volumes, or will, that can be reached from the node
   */
  public boolean assume(PodState pod, NodeState node) {
    return switch (demand(pod)) {
      case Demand.Nothing() -> true;
      case Demand.Blocked ignored -> false;
      case Demand.Wanted wanted when wanted.open().isEmpty() -> true;
      case Demand.Wanted wanted -> {
        var outcome = choose(node, wanted.open());
        if (outcome instanceof Outcome.Possible(var choices)) {
          reservations.add(pod.uid(), node.name(), choices);
        }
        yield outcome instanceof Outcome.Possible;
      }
    };
  }

  /** The pod gives back what was chosen for it and nobody else needs. */
  public void release(String podUid) {
    reservations.release(podUid);
  }

  /** What is to be written before the pod is bound; it counts as under way from now on. */
  public List<VolumeWrite> writes(PodState pod) {
    var writes = new ArrayList<VolumeWrite>();
    for (var use : pod.shape().volumes().claims()) {
      var reservation = reservations.of(use.claim());
      if (reservation != null && reservation.isToBeWritten()) {
        writes.add(reservation.write(use.claim()));
      }
    }
    return writes;
  }

  /**
   * How far the claims of a pod are.
   *
   * @param pod with the node that it was decided for
   */
  public Progress progress(PodState pod, NodeState node) {
    var worst = Progress.READY;
    for (var use : pod.shape().volumes().claims()) {
      var progress = claim(use.claim()).map(claim -> progress(claim, node)).orElse(Progress.FAILED);
      worst = progress.compareTo(worst) > 0 ? progress : worst;
    }
    // A claim may have got another volume than was chosen for it.
    return worst == Progress.READY && exceedsLimit(pod, node.name(), List.of())
        ? Progress.FAILED
        : worst;
  }

  private Progress progress(ClaimState claim, NodeState node) {
    return switch (claim.stage()) {
      case LOST, ENDING -> Progress.FAILED;
      case BOUND -> {
        var isKnown = supply.knows(claim.volume());
        yield !isReachable(claim.volume(), node)
            ? Progress.FAILED
            : isKnown ? Progress.READY : Progress.WAITS;
      }
      case PENDING -> {
        var reservation = reservations.of(claim.key());
        yield reservation != null
                && (!reservation.isWritten() || isOnItsWay(claim, reservation))
                && isReachable(claim.volume(), node)
            ? Progress.WAITS
            : Progress.FAILED;
      }
    };
  }

  /** Whether what was written for a claim is still there. */
  private boolean isOnItsWay(ClaimState claim, Reservations.Reservation reservation) {
    return reservation.volume().isEmpty()
        ? claim.selectedNode().equals(reservation.node())
        : supply.volume(reservation.volume()).filter(volume -> volume.isFor(claim)).isPresent();
  }

  /**
   * Whether nothing is known to be in the way; news of the volume may be behind those of claims.
   */
  private boolean isReachable(String volume, NodeState node) {
    return supply.volume(volume).map(one -> one.isReachableFrom(node)).orElse(true);
  }
}
