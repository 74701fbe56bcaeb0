package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.fit.Area;
import dev.nauarch.scheduling.model.PodState;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Among which nodes places for a gang's pods are looked for.
 *
 * @param area for the tied ones
 * @param tied those that have to be together
 * @param rest for all others
 */
record GangRange(Area area, SortedSet<ObjectKey> tied, Area rest) {

  /** The same for all. */
  static GangRange all(Area area) {
    return new GangRange(area, Collections.emptySortedSet(), area);
  }

  /** One area for those who have to be together, within that for all. */
  static GangRange of(Area area, GangTies.Tie tie, Area all) {
    var tied = new TreeSet<ObjectKey>();
    tie.pods().forEach(pod -> tied.add(pod.key()));
    return new GangRange(area.within(all), tied, all);
  }

  /** The same as far as it is among these nodes. */
  GangRange within(Area nodes) {
    return new GangRange(area.within(nodes), tied, rest.within(nodes));
  }

  /** That for a pod. */
  Area of(PodState pod) {
    return tied.contains(pod.key()) ? area : rest;
  }
}
