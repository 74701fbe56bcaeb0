package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.List;
import java.util.function.Predicate;

/**
 * The volumes of a pod, as far as they bear on where it may run.
 *
 * @param claims the claims that it uses
 * @param disks the disks that it names itself
 */
public record VolumeNeeds(List<Use> claims, List<Disk> disks) {

  /** No volumes that bear on it. */
  public static final VolumeNeeds NONE = new VolumeNeeds(List.of(), List.of());

  /**
   * One claim.
   *
   * @param claim its name
   * @param isOwn whether it is made for the pod alone
   */
  public record Use(ObjectKey claim, boolean isOwn) {}

  /**
   * A disk of a kind that Kubernetes once attached by itself.
   *
   * @param plugin its kind, by the name of the plugin
   * @param ids the names that it goes by; those who share one mean the same disk
   * @param readOnly whether the pod does not write to it
   * @param isShared whether several pods of a node may have it, whoever writes
   */
  public record Disk(String plugin, List<String> ids, boolean readOnly, boolean isShared) {

    /** Copies the list. */
    public Disk {
      ids = List.copyOf(ids);
    }

    /** Whether the two can't be on one node. */
    public boolean conflictsWith(Disk other) {
      return plugin.equals(other.plugin)
          && !isShared
          && !(readOnly && other.readOnly)
          && ids.stream().anyMatch(other.ids::contains);
    }
  }

  /** Copies the lists. */
  public VolumeNeeds {
    claims = List.copyOf(claims);
    disks = List.copyOf(disks);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return claims.isEmpty() && disks.isEmpty();
  }

  /** The same with those claims only that a condition holds for. */
  public VolumeNeeds only(Predicate<ObjectKey> condition) {
    return new VolumeNeeds(
        claims.stream().filter(use -> condition.test(use.claim())).toList(), disks);
  }
}
