package dev.nauarch.reconcile.stateful;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * One look at all places of a set: makes what is missing, takes away what is too much, and replaces
 * what is of another revision. With {@code OrderedReady} it stops at the first place that is not as
 * it should be; with {@code Parallel} it does all it can.
 */
final class StatefulPass {

  /** How many pods one plan makes at most. */
  static final int BURST = 500;

  private final StatefulSet set;
  private final Ordinals ordinals;
  private final Members members;
  private final SetRevisions revisions;
  private final PlaceClaims claims;
  private final Snapshot world;
  private final Work work;
  private final boolean isOrdered;

  StatefulPass(
      StatefulSet set, Ordinals ordinals, Members members, SetRevisions revisions, Snapshot world) {
    this.set = set;
    this.ordinals = ordinals;
    this.members = members;
    this.revisions = revisions;
    this.claims = new PlaceClaims(set, ordinals, world);
    this.world = world;
    this.work = new Work(set);
    this.isOrdered = !"Parallel".equals(set.getSpec().getPodManagementPolicy());
  }

  Work run() {
    if (fill() && shrink() && "RollingUpdate".equals(revisions.strategy())) {
      roll();
    }
    return work;
  }

  /** Whether the next step may be taken, once each place has its pod. */
  private boolean fill() {
    for (int ordinal = ordinals.start(); ordinal < ordinals.end(); ordinal++) {
      var pod = members.placed().get(ordinal);
      var isDone = pod == null ? create(ordinal) : keep(pod, ordinal);
      if (isOrdered && !isDone) {
        return false;
      }
      if (work.pods() == BURST) {
        return false;
      }
    }
    return true;
  }

  /** Makes the pod of a place, which is never done at once. */
  private boolean create(int ordinal) {
    var name = new ObjectKey(set.getMetadata().getNamespace(), Ordinals.podName(set, ordinal));
    if (world.get(Resources.PODS, name).isPresent()) {
      // Somebody else's, who has the name for as long as it is there.
      return false;
    }
    for (var claim : claims.present(ordinal)) {
      if (claims.isStale(claim, ordinal)) {
        return false;
      }
      if (claim.getMetadata().getDeletionTimestamp() != null) {
        work.warn(
            "FailedCreate",
            "Create Pod %s in StatefulSet %s failed error: pvc %s is being deleted"
                .formatted(
                    Ordinals.podName(set, ordinal),
                    set.getMetadata().getName(),
                    claim.getMetadata().getName()));
        return false;
      }
    }
    own(ordinal, Optional.empty(), true);
    var missing = claims.missing(ordinal);
    missing.forEach(work::create);
    var revision = revisions.ofNew(ordinal);
    work.create(
        PlacePods.create(
            set, revisions.template(revision), revision.getMetadata().getName(), ordinal),
        !missing.isEmpty());
    return false;
  }

  /** Whether a place's pod is as it should be. */
  private boolean keep(Pod pod, int ordinal) {
    if (Pods.hasEnded(pod)) {
      if (!Pods.isTerminating(pod)) {
        work.delete(pod);
      }
      return false;
    }
    var isPending = "Pending".equals(Pods.phase(pod));
    if (isPending) {
      claims.missing(ordinal).forEach(work::create);
    }
    var mustWait = isOrdered && !members.isSettled(pod);
    if (isPending || !mustWait) {
      own(ordinal, Optional.of(pod), false);
    }
    if (mustWait) {
      return false;
    }
    if (!PlacePods.isLabelled(pod)) {
      work.label(pod, PlacePods.labels(set, ordinal));
    }
    return true;
  }

  private void own(int ordinal, Optional<Pod> pod, boolean isNew) {
    for (var claim : claims.present(ordinal)) {
      var owners = claims.owners(claim, ordinal, pod);
      if ((isNew || owners.isPresent()) && claims.isContested(claim, ordinal, pod)) {
        work.warn(
            "ConflictingController",
            "PersistentVolumeClaim "
                + claim.getMetadata().getName()
                + " is controlled by somebody else: the retention policy does not hold for it");
      }
      owners.ifPresent(wanted -> work.give(claim, wanted));
    }
  }

  /** Takes away the pods of places that the set no longer has; whether none is left. */
  private boolean shrink() {
    members.condemned().forEach((ordinal, pod) -> own(ordinal, Optional.of(pod), false));
    // Pods that ended hold up nobody, in whatever order.
    members.condemned().values().stream()
        .filter(pod -> Pods.hasEnded(pod) && !Pods.isTerminating(pod))
        .forEach(work::delete);
    var first = members.firstUnavailableCondemned();
    for (var pod : members.condemned().descendingMap().values()) {
      var isFirst = first.filter(pod::equals).isPresent();
      var mayGo = !isOrdered || members.isSettled(pod) || isFirst;
      if (mayGo && !Pods.isTerminating(pod) && !Pods.hasEnded(pod)) {
        work.delete(pod);
      }
      if (isOrdered) {
        return false;
      }
    }
    return true;
  }

  /** Replaces pods of other revisions, as far as enough others can be counted upon. */
  private void roll() {
    var unavailable = members.unavailable(ordinals.count());
    var budget = maxUnavailable() - unavailable;
    var outdated =
        members.placed().tailMap(revisions.firstUpdated(), true).descendingMap().values().stream()
            .filter(pod -> !Pods.isTerminating(pod))
            .filter(pod -> !revisions.isUpdated(pod))
            .toList();
    if (!isOrdered) {
      // Whoever does not serve anyway is replaced first, and costs nothing.
      outdated.stream().filter(members::isUnavailable).forEach(work::delete);
    }
    outdated.stream()
        .filter(pod -> isOrdered || !members.isUnavailable(pod))
        .limit(Math.max(0, budget))
        .forEach(work::delete);
  }

  private int maxUnavailable() {
    var rolling = set.getSpec().getUpdateStrategy().getRollingUpdate();
    var value = rolling == null ? null : rolling.getMaxUnavailable();
    return Math.max(
        1, Numbers.share(value == null ? new IntOrString(1) : value, ordinals.count(), false));
  }
}
