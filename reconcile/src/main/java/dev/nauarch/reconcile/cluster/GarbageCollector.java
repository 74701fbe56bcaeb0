package dev.nauarch.reconcile.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.MergePatches;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects the objects of one kind, and lets those that wait for their dependents go: an object all
 * of whose owners are gone is deleted; one under foreground deletion goes after the dependents that
 * block it; one under orphaning goes after its dependents have let go of it.
 *
 * @param <T> the kind's model
 */
public final class GarbageCollector<T extends HasMetadata> implements Reconciler {

  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  private final Resource<T> resource;

  /**
   * @param resource the kind that this instance looks after; owners and dependents are of any kind
   */
  public GarbageCollector(Resource<T> resource) {
    this.resource = resource;
  }

  @Override
  public String name() {
    return "garbage-collector-controller/"
        + resource.plural()
        + (resource.group().isEmpty() ? "" : "." + resource.group());
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(resource, (object, world) -> concernsItself(object)),
        new Trigger.OfAny(this::ownersAndDependents));
  }

  private static List<ObjectKey> concernsItself(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().isEmpty() && !waits(object)
        ? List.of()
        : List.of(ObjectKey.of(object));
  }

  /** An owner that waits for this dependent, and dependents that this owner's end concerns. */
  private List<ObjectKey> ownersAndDependents(
      Resource<?> kind, HasMetadata object, boolean isGone, Snapshot world) {
    var isEnding = isGone || object.getMetadata().getDeletionTimestamp() != null;
    var owners = object.getMetadata().getOwnerReferences();
    if (!isEnding && owners.isEmpty()) {
      return List.of();
    }
    var keys = new ArrayList<ObjectKey>();
    for (var owner : owners) {
      if (isOfThisKind(owner)) {
        world
            .get(resource, Owners.keyIn(object, owner.getName(), resource))
            .filter(found -> waits(found))
            .ifPresent(found -> keys.add(ObjectKey.of(found)));
      }
    }
    if (isEnding) {
      world
          .ownedBy(resource, object.getMetadata().getUid())
          .forEach(dependent -> keys.add(ObjectKey.of(dependent)));
    }
    return keys;
  }

  private boolean isOfThisKind(OwnerReference owner) {
    return owner.getKind().equals(resource.kind())
        && Owners.group(owner.getApiVersion()).equals(resource.group());
  }

  private static boolean waits(HasMetadata object) {
    var finalizers = object.getMetadata().getFinalizers();
    return object.getMetadata().getDeletionTimestamp() != null
        && (finalizers.contains(FOREGROUND) || finalizers.contains(ORPHAN));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(resource, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var object = found.get();
    var draft = new PlanDraft();
    if (waits(object)) {
      if (object.getMetadata().getFinalizers().contains(ORPHAN)) {
        orphan(draft, object, world);
      } else {
        deleteDependentsFirst(draft, object, world);
      }
    } else if (object.getMetadata().getDeletionTimestamp() == null) {
      collect(draft, object, world);
    }
    return draft.plan();
  }

  private void orphan(PlanDraft draft, T owner, Snapshot world) {
    for (var kind : world.resources()) {
      orphan(draft, kind, owner, world);
    }
    draft.removeFinalizer(resource, owner, ORPHAN);
  }

  private static <D extends HasMetadata> void orphan(
      PlanDraft draft, Resource<D> kind, HasMetadata owner, Snapshot world) {
    for (var dependent : world.ownedBy(kind, owner.getMetadata().getUid())) {
      letGo(draft, kind, dependent, List.of(owner.getMetadata().getUid()));
    }
  }

  /** Takes owners off an object. */
  private static <D extends HasMetadata> void letGo(
      PlanDraft draft, Resource<D> kind, D object, List<String> ownerUids) {
    var others =
        object.getMetadata().getOwnerReferences().stream()
            .filter(reference -> !ownerUids.contains(reference.getUid()))
            .toList();
    draft.patch(kind, object, MergePatches.withOwners(object, others));
  }

  private void deleteDependentsFirst(PlanDraft draft, T owner, Snapshot world) {
    var isBlocked = false;
    var above = waitingOwners(owner, world);
    for (var kind : world.resources()) {
      isBlocked |= deleteDependents(draft, kind, owner, above, world);
    }
    if (!isBlocked) {
      draft.removeFinalizer(resource, owner, FOREGROUND);
    }
  }

  /** The uids of those who wait, one for the other, until an object is gone. */
  private static Set<String> waitingOwners(HasMetadata object, Snapshot world) {
    var uids = new TreeSet<String>();
    var next = new ArrayDeque<HasMetadata>();
    next.add(object);
    while (!next.isEmpty()) {
      var one = next.remove();
      for (var reference : one.getMetadata().getOwnerReferences()) {
        ownerOf(one, reference, world)
            .filter(GarbageCollector::isForeground)
            .filter(owner -> uids.add(owner.getMetadata().getUid()))
            .ifPresent(next::add);
      }
    }
    return uids;
  }

  private <D extends HasMetadata> boolean deleteDependents(
      PlanDraft draft, Resource<D> kind, HasMetadata owner, Set<String> above, Snapshot world) {
    var isBlocked = false;
    var uid = owner.getMetadata().getUid();
    for (var dependent : world.ownedBy(kind, uid)) {
      var reference = dependent.getOwnerReferenceFor(uid);
      var blocks =
          reference.filter(each -> Boolean.TRUE.equals(each.getBlockOwnerDeletion())).isPresent();
      isBlocked |= blocks;
      if (dependent.getMetadata().getDeletionTimestamp() != null) {
        if (blocks && above.contains(dependent.getMetadata().getUid())) {
          // They would wait for each other for ever.
          unblock(draft, kind, dependent, uid);
        }
        continue;
      }
      if (hasOwnerThatStays(dependent, world)) {
        letGo(draft, kind, dependent, List.of(uid));
      } else if (areKinds(dependent.getMetadata().getOwnerReferences(), world)) {
        draft.delete(kind, dependent, "Foreground");
      }
    }
    return isBlocked;
  }

  /** An owner need not wait for an object any more. */
  private static <D extends HasMetadata> void unblock(
      PlanDraft draft, Resource<D> kind, D object, String ownerUid) {
    var references =
        object.getMetadata().getOwnerReferences().stream()
            .map(
                each ->
                    each.getUid().equals(ownerUid)
                        ? each.edit().withBlockOwnerDeletion(false).build()
                        : each)
            .toList();
    draft.patch(kind, object, MergePatches.withOwners(object, references));
  }

  /** Whether all owners are of kinds that can be looked up: of others nobody can tell. */
  private static boolean areKinds(List<OwnerReference> owners, Snapshot world) {
    return owners.stream().allMatch(owner -> kindOf(owner, world).isPresent());
  }

  private static boolean hasOwnerThatStays(HasMetadata dependent, Snapshot world) {
    return dependent.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner ->
                ownerOf(dependent, owner, world).filter(found -> !isForeground(found)).isPresent());
  }

  private static Optional<? extends HasMetadata> ownerOf(
      HasMetadata dependent, OwnerReference owner, Snapshot world) {
    return kindOf(owner, world)
        .flatMap(
            kind ->
                find(world, kind, Owners.keyIn(dependent, owner.getName(), kind), owner.getUid()));
  }

  /** Deletes an object that has owners, all of which are gone; lets go of those that are gone. */
  private void collect(PlanDraft draft, T object, Snapshot world) {
    var owners = object.getMetadata().getOwnerReferences();
    var gone = new ArrayList<Command.Fact.Gone>();
    var waiting = 0;
    for (var owner : owners) {
      var kind = kindOf(owner, world);
      if (kind.isEmpty() || isOutOfReach(kind.get())) {
        return; // whether such an owner exists can't be told, so nothing is concluded
      }
      var ownerKey = Owners.keyIn(object, owner.getName(), kind.get());
      var found = find(world, kind.get(), ownerKey, owner.getUid());
      if (found.isEmpty()) {
        gone.add(new Command.Fact.Gone(kind.get(), ownerKey, owner.getUid()));
      } else if (isForeground(found.get())) {
        waiting++;
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    gone.forEach(fact -> draft.add(new Command.Confirm(fact)));
    if (gone.size() + waiting == owners.size()) {
      draft.delete(resource, object, waiting > 0 ? "Foreground" : "Background");
    } else {
      letGo(draft, resource, object, gone.stream().map(Command.Fact.Gone::uid).toList());
    }
  }

  private static boolean isForeground(HasMetadata owner) {
    return owner.getMetadata().getDeletionTimestamp() != null
        && owner.getMetadata().getFinalizers().contains(FOREGROUND);
  }

  /** A cluster-wide object can't be owned by one of a namespace. */
  private boolean isOutOfReach(Resource<?> ownerKind) {
    return ownerKind.namespaced() && !resource.namespaced();
  }

  private static Optional<Resource<?>> kindOf(OwnerReference owner, Snapshot world) {
    return world.resources().stream()
        .filter(kind -> kind.kind().equals(owner.getKind()))
        .filter(kind -> kind.group().equals(Owners.group(owner.getApiVersion())))
        .findFirst();
  }

  private static Optional<? extends HasMetadata> find(
      Snapshot world, Resource<?> kind, ObjectKey key, String uid) {
    return world.get(kind, key).filter(found -> found.getMetadata().getUid().equals(uid));
  }
}
