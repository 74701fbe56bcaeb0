package dev.nauarch.reconcile;

import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Settles which children a controller has: its own that its selector matches stay; matching ones
 * without a controller are taken in; its own that no longer match are let go.
 */
public final class Claims {

  private Claims() {}

  /**
   * The children that are the owner's as soon as the commands for those to take in and to let go
   * are carried out, which come before all others: nothing is to be made in the place of a child
   * that is taken in.
   */
  public static <T extends HasMetadata> List<T> settle(
      PlanDraft draft,
      HasMetadata owner,
      @Nullable LabelSelector selector,
      Resource<T> resource,
      Snapshot world) {
    return settle(draft, owner, child -> Selectors.matches(selector, child), resource, world);
  }

  /**
   * The same by any rule.
   *
   * @param fits which objects the owner would have, as far as nobody else does
   */
  public static <T extends HasMetadata> List<T> settle(
      PlanDraft draft,
      HasMetadata owner,
      Predicate<? super T> fits,
      Resource<T> resource,
      Snapshot world) {
    var isEnding = owner.getMetadata().getDeletionTimestamp() != null;
    var mine = new ArrayList<T>();
    for (var child : world.ownedBy(resource, owner.getMetadata().getUid())) {
      if (!Owners.isControlledBy(child, owner)) {
        continue;
      }
      if (isEnding || fits.test(child)) {
        mine.add(child);
      } else {
        draft.patch(resource, child, MergePatches.withOwners(child, others(child, owner)));
      }
    }
    if (!isEnding) {
      mine.addAll(takenIn(draft, owner, fits, resource, world));
    }
    return List.copyOf(mine);
  }

  private static <T extends HasMetadata> List<T> takenIn(
      PlanDraft draft,
      HasMetadata owner,
      Predicate<? super T> fits,
      Resource<T> resource,
      Snapshot world) {
    var namespace = owner.getMetadata().getNamespace();
    var takenIn = new ArrayList<T>();
    for (var child : world.lookup(Index.orphans(resource), namespace)) {
      if (fits.test(child) && child.getMetadata().getDeletionTimestamp() == null) {
        var owners = new ArrayList<>(child.getMetadata().getOwnerReferences());
        owners.add(Owners.controller(owner));
        draft.patch(resource, child, MergePatches.withOwners(child, owners));
        takenIn.add(child);
      }
    }
    return takenIn;
  }

  private static List<OwnerReference> others(HasMetadata child, HasMetadata owner) {
    return child.getMetadata().getOwnerReferences().stream()
        .filter(reference -> !reference.getUid().equals(owner.getMetadata().getUid()))
        .toList();
  }
}
