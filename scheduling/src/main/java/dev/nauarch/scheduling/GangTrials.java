package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Said;
import dev.nauarch.scheduling.fit.Advice;
import dev.nauarch.scheduling.fit.Area;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tries places for the pods of a gang, in the cluster's picture. */
final class GangTrials {

  /**
   * What came of it; its places are taken until it is undone.
   *
   * @param nodeByPod where pods found a place
   * @param homeless those that found none, in their order
   */
  record Trial(SortedMap<ObjectKey, String> nodeByPod, List<PodState> homeless) {

    /** How many pods found a place. */
    int fitting() {
      return nodeByPod.size();
    }

    /** This, and what came of another trial of those that it left and of others. */
    Trial and(Trial other) {
      var all = new TreeMap<>(nodeByPod);
      all.putAll(other.nodeByPod);
      return new Trial(all, other.homeless);
    }
  }

  private final World world;
  private SortedMap<ObjectKey, Said> said = Collections.emptySortedMap();

  GangTrials(World world) {
    this.world = world;
  }

  /**
   * Gives every pod a place in turn. Pods that want to be beside others get another try once others
   * have found theirs.
   *
   * @param wanted nodes that are taken before others if they fit, by pod
   */
  Trial tryAll(List<PodState> pods, GangRange range, SortedMap<ObjectKey, String> wanted) {
    var nodeByPod = new TreeMap<ObjectKey, String>();
    var left = pods;
    var isWorthMore = true;
    while (isWorthMore) {
      var homeless = new ArrayList<PodState>();
      for (var pod : left) {
        var node =
            !homeless.isEmpty() && hasSameFate(homeless.getLast(), pod)
                ? Optional.<String>empty()
                : node(pod, range.of(pod), wanted);
        if (node.isPresent() && take(pod, node.get())) {
          nodeByPod.put(pod.key(), node.get());
        } else {
          homeless.add(pod);
        }
      }
      isWorthMore =
          homeless.size() < left.size()
              && homeless.stream().anyMatch(pod -> !pod.neighbours().isEmpty());
      left = homeless;
    }
    return new Trial(nodeByPod, left);
  }

  private Optional<String> node(PodState pod, Area area, SortedMap<ObjectKey, String> wanted) {
    var first = wanted.get(pod.key());
    return first != null && world.search.fits(pod, first, advice(pod))
        ? Optional.of(first)
        : best(pod, area);
  }

  /** The best node of an area for a pod. */
  Optional<String> best(PodState pod, Area area) {
    return world.search.best(pod, area, advice(pod));
  }

  /**
   * What somebody outside has said of pods counts from now on, in place of what was said before.
   */
  void heed(SortedMap<ObjectKey, Said> answers) {
    said = answers;
  }

  /** Whether somebody gave no answer without whom pods can't be placed. */
  boolean lackAnswers() {
    return said.values().stream().anyMatch(Said::hasFailed);
  }

  /** What somebody outside has said of a pod. */
  Advice advice(PodState pod) {
    var one = said.get(pod.key());
    return one == null ? Advice.NONE : one;
  }

  /** Takes a place, unless claims can't be had there after all. */
  boolean take(PodState pod, String node) {
    if (!world.assume(pod, node)) {
      return false;
    }
    world.cluster.place(pod.on(node));
    return true;
  }

  private boolean hasSameFate(PodState one, PodState other) {
    return isLike(one, other) && advice(one).isSilent() && advice(other).isSilent();
  }

  /** Whether nothing but the name makes a difference, so that one's fate is the other's. */
  static boolean isLike(PodState one, PodState other) {
    return one.shape().equals(other.shape())
        && one.neighbours().equals(other.neighbours())
        && one.shape().policy().plugins().isEmpty()
        && one.membership().controller().equals(other.membership().controller())
        && one.devices().isEmpty()
        && other.devices().isEmpty()
        && one.labels().equals(other.labels());
  }

  /** Gives all places of a trial back. */
  void undo(Trial trial, List<PodState> pods) {
    trial.nodeByPod.keySet().forEach(world.cluster::unplace);
    pods.forEach(world::release);
  }
}
