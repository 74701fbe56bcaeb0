package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;

/**
 * A PodGroup as the scheduler knows it.
 *
 * @param key its name
 * @param uid which group of that name
 * @param created when it was made
 * @param minCount how many pods must be placed together; 1 for a group without gang policy
 * @param topologyKey the label of nodes of which all its pods must have one value; empty for none
 * @param rank before whom it goes, and how it gives way
 * @param course how far it is
 */
public record GangState(
    ObjectKey key,
    String uid,
    Instant created,
    int minCount,
    String topologyKey,
    Rank rank,
    Course course) {

  /**
   * Before whom a group goes, and how it gives way.
   *
   * @param stated whether it says so itself; else its pods do
   * @param priority of the whole group
   * @param mayPreempt whether others may be stopped for it
   * @param disruptedWhole whether all of it is stopped when one of it must be
   */
  public record Rank(boolean stated, int priority, boolean mayPreempt, boolean disruptedWhole) {

    /** What its pods say counts, and they are stopped one by one. */
    public static final Rank OF_ITS_PODS = new Rank(false, 0, true, false);
  }

  /**
   * How far a group is.
   *
   * @param placement the committed decision; empty where there is none
   * @param bound whether it says that all of the placement is bound
   * @param scheduled whether it says that it was placed once
   */
  public record Course(GangPlacement placement, boolean bound, boolean scheduled) {

    /** Nothing was decided yet. */
    public static final Course NEW = new Course(GangPlacement.NONE, false, false);
  }

  /** Whether its pods are decided for together; those of another group are placed one by one. */
  public boolean isUnit() {
    return minCount > 1 || !topologyKey.isEmpty();
  }

  /** The committed decision; empty where there is none. */
  public GangPlacement placement() {
    return course.placement;
  }

  /** The same at another point of its course. */
  public GangState at(Course other) {
    return new GangState(key, uid, created, minCount, topologyKey, rank, other);
  }
}
