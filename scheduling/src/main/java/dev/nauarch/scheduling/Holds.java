package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.queue.FlavorState;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Places held for pods of admitted workloads that are not there yet: from the admission until the
 * pods come, and from a pod's end until its replacement comes. So nothing is admitted that can't be
 * placed, and nobody takes the place of a worker that is being restarted.
 */
final class Holds {

  private final World world;
  private final Bindings bindings;
  private final SortedMap<ObjectKey, Integer> wantedByPodSet = new TreeMap<>();
  private final SortedMap<ObjectKey, NavigableSet<ObjectKey>> heldByPodSet = new TreeMap<>();
  private long names;
  private boolean freed;

  Holds(World world, Bindings bindings) {
    this.world = world;
    this.bindings = bindings;
  }

  /** Holds a place for every pod of the workload, or for none and says why. */
  Optional<Explanation> reserve(
      WorkloadState workload, Function<String, List<FlavorState>> flavorsByPodSet) {
    var all = 0;
    var placed = 0;
    Optional<Explanation> why = Optional.empty();
    for (var podSet : workload.podSets()) {
      all += podSet.count();
      var key = World.podSetKey(workload.key(), podSet.name());
      for (var i = 0; i < podSet.count() && why.isEmpty(); i++) {
        var pod = place(workload, podSet, flavorsByPodSet.apply(podSet.name()));
        var node = world.search.best(pod);
        if (node.isPresent()) {
          hold(key, pod.on(node.get()));
          placed++;
        } else {
          why = Optional.of(world.explainer.unschedulable(pod, world.search.refusals(pod)));
        }
      }
    }
    if (why.isPresent()) {
      release(workload);
      var head = placed + " of its " + all + " pods fit now. For the next: ";
      return Optional.of(why.get().within(head + why.get().summary(), head + why.get().message()));
    }
    workload
        .podSets()
        .forEach(
            set -> wantedByPodSet.put(World.podSetKey(workload.key(), set.name()), set.count()));
    return Optional.empty();
  }

  /** Holds places for those pods of a running workload that are not there, as far as possible. */
  void restore(WorkloadState workload, Function<String, List<FlavorState>> flavorsByPodSet) {
    for (var podSet : workload.podSets()) {
      var key = World.podSetKey(workload.key(), podSet.name());
      wantedByPodSet.put(key, podSet.count());
      for (var missing = missing(key); missing > 0; missing--) {
        var pod = place(workload, podSet, flavorsByPodSet.apply(podSet.name()));
        world.search.best(pod).ifPresent(node -> hold(key, pod.on(node)));
      }
    }
  }

  /** The workload needs no places any more. */
  void release(WorkloadState workload) {
    for (var podSet : workload.podSets()) {
      var key = World.podSetKey(workload.key(), podSet.name());
      wantedByPodSet.remove(key);
      var held = heldByPodSet.remove(key);
      if (held != null) {
        held.forEach(world.cluster::unplace);
        freed |= !held.isEmpty();
      }
    }
  }

  /** Whether places became free since this was last asked. */
  boolean takeFreed() {
    var result = freed;
    freed = false;
    return result;
  }

  /** The places that are held for a workload. */
  List<PodState> placesOf(WorkloadState workload) {
    return workload.podSets().stream()
        .map(podSet -> heldByPodSet.get(World.podSetKey(workload.key(), podSet.name())))
        .filter(Objects::nonNull)
        .flatMap(NavigableSet::stream)
        .flatMap(key -> world.cluster.placed(key).stream())
        .toList();
  }

  /** Frees one place that is held for pods like this one; it is the pod's to take or give back. */
  Optional<PodState> lend(PodState pod) {
    if (pod.membership().workload().isEmpty()) {
      return Optional.empty();
    }
    var held = heldByPodSet.get(World.podSetOf(pod));
    while (held != null && !held.isEmpty()) {
      var place = world.cluster.unplace(Objects.requireNonNull(held.pollFirst()));
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }

  /**
   * Some of those to whom places were lent have found theirs. As many places are held again as pods
   * of their pod sets still want, as far as they are free; the room of the others is anybody's.
   *
   * @param taken the nodes to which pods went
   */
  void settle(List<PodState> lent, Collection<String> taken) {
    var nodes = new ArrayList<>(taken);
    var wanting = new TreeMap<ObjectKey, Integer>();
    for (var place : lent) {
      var key = World.podSetOf(place);
      var left = wanting.computeIfAbsent(key, this::missing);
      if (left > 0 && world.search.fits(place, place.node())) {
        hold(key, place);
        wanting.put(key, left - 1);
      } else if (!nodes.remove(place.node())) {
        freed = true;
      }
    }
  }

  /** A place that was lent and not taken is held again. */
  void giveBack(PodState place) {
    hold(World.podSetOf(place), place);
  }

  /** A pod has left its node: its place is held for the one that replaces it. */
  void left(PodState pod) {
    if (pod.membership().workload().isEmpty() || world.cluster.slot(pod.node()).isEmpty()) {
      return;
    }
    var key = World.podSetOf(pod);
    if (missing(key) > 0) {
      hold(key, World.held(pod, nextName(key), pod.node()));
    }
  }

  private int missing(ObjectKey podSet) {
    var wanted = wantedByPodSet.get(podSet);
    if (wanted == null) {
      return 0;
    }
    var held = heldByPodSet.get(podSet);
    var there = world.podsOf(podSet).stream().filter(this::needsNoHold).count();
    return (int) (wanted - there - (held == null ? 0 : held.size()));
  }

  private boolean needsNoHold(PodState pod) {
    return pod.stage() == PodState.Stage.SUCCEEDED
        || (pod.holdsPlace() && (pod.isBound() || bindings.isDecided(pod.key())));
  }

  private void hold(ObjectKey podSet, PodState place) {
    world.cluster.place(place);
    heldByPodSet.computeIfAbsent(podSet, ignored -> new TreeSet<>()).add(place.key());
  }

  private PodState place(
      WorkloadState workload, WorkloadState.PodSet podSet, List<FlavorState> flavors) {
    var key = World.podSetKey(workload.key(), podSet.name());
    return new PodState(
        new ObjectKey(workload.key().namespace(), PodState.placeName(nextName(key))),
        workload.uid(),
        podSet.labels(),
        podSet.annotations(),
        shape(podSet.shape(), flavors),
        podSet.neighbours(),
        workload.priority(),
        false,
        workload.created(),
        "",
        PodState.Stage.LIVE,
        List.of(),
        new PodState.Membership("", workload.key().name(), podSet.name(), true, false, ""),
        DeviceNeeds.NONE);
  }

  /** Claims that are made together with the pods are no condition yet. */
  private PodShape shape(PodShape asked, List<FlavorState> flavors) {
    var shape = asked;
    for (var flavor : flavors) {
      shape = shape.restrictedTo(flavor.requirements(), flavor.tolerations());
    }
    return shape.with(asked.volumes().only(key -> world.cluster.volumes().claim(key).isPresent()));
  }

  private String nextName(ObjectKey podSet) {
    names++;
    return podSet.name()
        + "/"
        + "0".repeat(Math.max(0, 12 - Long.toString(names).length()))
        + names;
  }
}
