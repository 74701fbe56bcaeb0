package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.explain.Explainer;
import dev.nauarch.scheduling.fit.DomainSearch;
import dev.nauarch.scheduling.fit.Preemption;
import dev.nauarch.scheduling.fit.Search;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.PodState;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that the scheduler knows, shared by the parts that decide. */
final class World {

  /** Begins the names of groups where pods have names too; no pod can have such a name. */
  private static final String WHOLE = "*";

  final Cluster cluster = new Cluster();
  final Search search = new Search(cluster);
  final DomainSearch domains = new DomainSearch(cluster, search);
  final Preemption preemption = new Preemption(cluster, search, this::stoppedTogether);
  final Explainer explainer = new Explainer(cluster);

  private final Map<ObjectKey, PodState> pods = new HashMap<>();
  private final SortedMap<ObjectKey, GangState> gangs = new TreeMap<>();
  private final SortedMap<ObjectKey, SortedSet<ObjectKey>> membersByGang = new TreeMap<>();
  private final SortedMap<ObjectKey, SortedSet<ObjectKey>> podsByPodSet = new TreeMap<>();
  private final SortedMap<ObjectKey, SortedSet<ObjectKey>> usersByClaim = new TreeMap<>();
  private final SortedMap<ObjectKey, SortedSet<ObjectKey>> usersByVolumeClaim = new TreeMap<>();

  /** The uids of pods that were asked to stop, until they are gone. */
  private final Map<ObjectKey, String> stopping = new HashMap<>();

  Optional<PodState> pod(ObjectKey key) {
    return Optional.ofNullable(pods.get(key));
  }

  /** A pod as it is, of which it may not be seen yet that it was asked to stop. */
  PodState present(PodState seen) {
    return seen.stage() == PodState.Stage.LIVE && seen.uid().equals(stopping.get(seen.key()))
        ? seen.at(PodState.Stage.ENDING)
        : seen;
  }

  /** A pod is being asked to stop; it counts as ending from now on. */
  void stop(PodState pod) {
    stopping.put(pod.key(), pod.uid());
    var ending = pod.at(PodState.Stage.ENDING);
    put(ending);
    if (cluster.placed(pod.key()).isPresent()) {
      cluster.place(ending);
    }
  }

  /** A pod could not be asked to stop: as it is then, if it is still there. */
  Optional<PodState> goesOn(ObjectKey key, String uid) {
    return stopping.remove(key, uid)
        ? pod(key)
            .filter(pod -> pod.uid().equals(uid) && pod.stage() == PodState.Stage.ENDING)
            .map(pod -> pod.at(PodState.Stage.LIVE))
        : Optional.empty();
  }

  void put(PodState pod) {
    var old = pods.put(pod.key(), pod);
    if (old != null) {
      leave(old);
    }
    if (old == null || old.holdsPlace() != pod.holdsPlace() || !old.shape().equals(pod.shape())) {
      if (old != null) {
        countDevices(old, -1);
      }
      countDevices(pod, 1);
    }
    if (!pod.membership().gang().isEmpty()) {
      membersByGang.computeIfAbsent(pod.gangKey(), ignored -> new TreeSet<>()).add(pod.key());
    }
    if (!pod.membership().workload().isEmpty()) {
      podsByPodSet.computeIfAbsent(podSetOf(pod), ignored -> new TreeSet<>()).add(pod.key());
    }
    for (var use : pod.devices().claims()) {
      usersByClaim.computeIfAbsent(use.claim(), ignored -> new TreeSet<>()).add(pod.key());
    }
    for (var use : pod.shape().volumes().claims()) {
      usersByVolumeClaim.computeIfAbsent(use.claim(), ignored -> new TreeSet<>()).add(pod.key());
    }
  }

  Optional<PodState> remove(ObjectKey key) {
    stopping.remove(key);
    var old = Optional.ofNullable(pods.remove(key));
    old.ifPresent(this::leave);
    old.ifPresent(pod -> countDevices(pod, -1));
    return old;
  }

  private void countDevices(PodState pod, int times) {
    if (pod.holdsPlace()) {
      cluster.mixes().add(pod.shape().requests(), times);
    }
  }

  SortedMap<ObjectKey, GangState> gangs() {
    return gangs;
  }

  Optional<GangState> gang(ObjectKey key) {
    return Optional.ofNullable(gangs.get(key));
  }

  /** The pods that use a claim of devices, by name. */
  List<PodState> usersOf(ObjectKey claim) {
    return usersOf(usersByClaim, claim);
  }

  /** The pods that use a claim of a volume, by name. */
  List<PodState> usersOfVolume(ObjectKey claim) {
    return usersOf(usersByVolumeClaim, claim);
  }

  private List<PodState> usersOf(
      SortedMap<ObjectKey, SortedSet<ObjectKey>> users, ObjectKey claim) {
    return users.getOrDefault(claim, Collections.emptySortedSet()).stream()
        .map(key -> Objects.requireNonNull(pods.get(key)))
        .toList();
  }

  /**
   * Counts the volumes and devices that a pod would have on a node as taken from now on.
   *
   * @return whether its claims can have them there
   */
  boolean assume(PodState pod, String node) {
    if (!pod.mayUseDevices() && pod.shape().volumes().isEmpty()) {
      return true;
    }
    var found = cluster.slot(node);
    if (found.isEmpty() || !cluster.volumes().assume(pod, found.get().state())) {
      return false;
    }
    if (!cluster.devices().assume(pod, found.get().state())) {
      cluster.volumes().release(pod.uid());
      return false;
    }
    return true;
  }

  /** What was chosen for a pod is free again. */
  void release(PodState pod) {
    if (pod.mayUseDevices()) {
      cluster.devices().release(pod.uid());
    }
    if (!pod.shape().volumes().isEmpty()) {
      cluster.volumes().release(pod.uid());
    }
  }

  /** The group of a pod whose pods are placed together; empty for a pod that stands alone. */
  Optional<GangState> gangOf(PodState pod) {
    return groupOf(pod).filter(GangState::isUnit);
  }

  /** The group of a pod, whether its pods are placed together or one by one. */
  Optional<GangState> groupOf(PodState pod) {
    return pod.membership().gang().isEmpty() ? Optional.empty() : gang(pod.gangKey());
  }

  /** The live pods of a group that have a place, bound or decided, by name. */
  List<PodState> settled(ObjectKey gang) {
    return present(gang).stream().filter(pod -> pod.stage() == PodState.Stage.LIVE).toList();
  }

  /** The same, with those that are asked to stop but are still there. */
  List<PodState> present(ObjectKey gang) {
    return members(gang).stream().flatMap(pod -> cluster.placed(pod.key()).stream()).toList();
  }

  /** The pods of a group, by name. */
  List<PodState> members(ObjectKey gang) {
    return membersByGang.getOrDefault(gang, Collections.emptySortedSet()).stream()
        .map(key -> Objects.requireNonNull(pods.get(key)))
        .toList();
  }

  /** The pods of a pod set, by name. */
  List<PodState> podsOf(ObjectKey podSet) {
    return podsByPodSet.getOrDefault(podSet, Collections.emptySortedSet()).stream()
        .map(key -> Objects.requireNonNull(pods.get(key)))
        .toList();
  }

  /** Names a pod set of a workload. */
  static ObjectKey podSetKey(ObjectKey workload, String podSet) {
    return new ObjectKey(workload.namespace(), workload.name() + "/" + podSet);
  }

  /** Names the pod set that a pod belongs to. */
  static ObjectKey podSetOf(PodState pod) {
    var workload = new ObjectKey(pod.key().namespace(), pod.membership().workload());
    return podSetKey(workload, pod.membership().podSet());
  }

  /** A place that is held for a pod until it can take it. */
  static PodState nomination(PodState pod, String node) {
    return held(pod, pod.key().name(), node);
  }

  /** A place of the size of a pod, under a name of its own. */
  static PodState held(PodState pod, String name, String node) {
    return new PodState(
        new ObjectKey(pod.key().namespace(), PodState.placeName(name)),
        pod.uid(),
        new TreeMap<>(),
        new TreeMap<>(),
        pod.shape(),
        Neighbours.ANY,
        pod.priority(),
        false,
        pod.created(),
        node,
        PodState.Stage.LIVE,
        List.of(),
        pod.membership(),
        DeviceNeeds.NONE);
  }

  static ObjectKey nominationKey(ObjectKey pod) {
    return new ObjectKey(pod.namespace(), PodState.placeName(pod.name()));
  }

  /** Names what a pod stops together with: its group, or only itself. */
  ObjectKey unitOf(PodState victim) {
    return !victim.isPlaceOnly()
            && groupOf(victim).filter(group -> group.rank().disruptedWhole()).isPresent()
        ? new ObjectKey(victim.key().namespace(), WHOLE + victim.membership().gang())
        : victim.key();
  }

  /** All that must stop when one pod is stopped, itself included. */
  List<PodState> stoppedTogether(PodState victim) {
    return unitOf(victim).equals(victim.key()) ? List.of(victim) : present(victim.gangKey());
  }

  private void leave(PodState pod) {
    if (!pod.membership().gang().isEmpty()) {
      leave(membersByGang, pod.gangKey(), pod.key());
    }
    if (!pod.membership().workload().isEmpty()) {
      leave(podsByPodSet, podSetOf(pod), pod.key());
    }
    pod.devices().claims().forEach(use -> leave(usersByClaim, use.claim(), pod.key()));
    pod.shape()
        .volumes()
        .claims()
        .forEach(use -> leave(usersByVolumeClaim, use.claim(), pod.key()));
  }

  private static void leave(
      SortedMap<ObjectKey, SortedSet<ObjectKey>> podsByGroup, ObjectKey group, ObjectKey pod) {
    var pods = podsByGroup.get(group);
    if (pods != null) {
      pods.remove(pod);
      if (pods.isEmpty()) {
        podsByGroup.remove(group);
      }
    }
  }
}
