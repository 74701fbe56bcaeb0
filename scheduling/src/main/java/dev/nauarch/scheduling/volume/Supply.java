package dev.nauarch.scheduling.volume;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.VolumeState;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which volumes there are, and who makes further ones. */
final class Supply {

  private final Map<String, Versioned<VolumeState>> volumes = new HashMap<>();
  private final Map<String, SortedMap<String, VolumeState>> freeByClass = new HashMap<>();
  private final Map<ObjectKey, SortedSet<String>> keptByClaim = new HashMap<>();
  private final Map<String, StorageClassState> classes = new HashMap<>();
  private final Map<String, Boolean> tellsCapacityByDriver = new HashMap<>();
  private final Map<ObjectKey, CapacityState> capacities = new TreeMap<>();

  /** Something as it was last seen. */
  record Versioned<T>(T state, long version) {}

  /** Whether the volume is new or has changed. */
  boolean put(VolumeState volume, long version) {
    var old = volumes.get(volume.name());
    if (old != null && old.version > version) {
      return false;
    }
    volumes.put(volume.name(), new Versioned<>(volume, version));
    if (old != null && old.state.equals(volume)) {
      return false;
    }
    forget(old);
    if (volume.isFree()) {
      freeByClass
          .computeIfAbsent(volume.form().storageClass(), each -> new TreeMap<>())
          .put(volume.name(), volume);
    }
    volume
        .holder()
        .ifPresent(
            holder ->
                keptByClaim
                    .computeIfAbsent(holder.claim(), each -> new TreeSet<>())
                    .add(volume.name()));
    return true;
  }

  void removeVolume(String name) {
    forget(volumes.remove(name));
  }

  private void forget(@Nullable Versioned<VolumeState> old) {
    if (old == null) {
      return;
    }
    var volume = old.state;
    var free = freeByClass.get(volume.form().storageClass());
    if (free != null && free.remove(volume.name()) != null && free.isEmpty()) {
      freeByClass.remove(volume.form().storageClass());
    }
    volume
        .holder()
        .ifPresent(
            holder -> {
              var kept = keptByClaim.get(holder.claim());
              if (kept != null && kept.remove(volume.name()) && kept.isEmpty()) {
                keptByClaim.remove(holder.claim());
              }
            });
  }

  Optional<VolumeState> volume(String name) {
    return Optional.ofNullable(volumes.get(name)).map(Versioned::state);
  }

  boolean knows(String volume) {
    return volumes.containsKey(volume);
  }

  /** The volumes of a class that anybody may have, by name. */
  Collection<VolumeState> free(String storageClass) {
    return freeByClass.getOrDefault(storageClass, Collections.emptySortedMap()).values();
  }

  /** The volumes that are kept for a claim and would do for it, by name. */
  Collection<VolumeState> kept(ClaimState claim) {
    return keptByClaim.getOrDefault(claim.key(), Collections.emptySortedSet()).stream()
        .flatMap(name -> volume(name).stream())
        .filter(volume -> volume.isFor(claim))
        .filter(volume -> volume.stage() != VolumeState.Stage.ENDING)
        .filter(volume -> volume.bytes() >= claim.bytes() && volume.form().serves(claim.form()))
        .toList();
  }

  void put(StorageClassState storageClass) {
    classes.put(storageClass.name(), storageClass);
  }

  void removeClass(String name) {
    classes.remove(name);
  }

  Optional<StorageClassState> storageClass(String name) {
    return Optional.ofNullable(classes.get(name));
  }

  void putDriver(String name, boolean tellsCapacity) {
    tellsCapacityByDriver.put(name, tellsCapacity);
  }

  void removeDriver(String name) {
    tellsCapacityByDriver.remove(name);
  }

  /** Whether there is more than was said before. */
  boolean put(CapacityState capacity) {
    var old = capacities.put(capacity.key(), capacity);
    return old == null || capacity.bytes() > old.bytes();
  }

  void removeCapacity(ObjectKey key) {
    capacities.remove(key);
  }

  /** Whether its driver can make a volume of the claim's size, as far as it says how much. */
  boolean hasCapacity(OpenClaim open, NodeState node) {
    var storageClass = open.storageClass();
    if (!tellsCapacityByDriver.getOrDefault(storageClass.provisioner(), false)) {
      return true;
    }
    return capacities.values().stream()
        .filter(capacity -> capacity.storageClass().equals(storageClass.name()))
        .anyMatch(capacity -> capacity.has(open.claim().bytes(), node));
  }
}
