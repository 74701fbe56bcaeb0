package dev.nauarch.scheduling.queue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.PodShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A workload as the queues know it.
 *
 * @param key its name
 * @param uid which workload of that name
 * @param queue the local queue it names
 * @param priority larger goes first
 * @param created when it was made
 * @param active whether it may run
 * @param podSets its pods
 * @param conditions what was reported
 * @param grant what it was granted, if it was
 */
public record WorkloadState(
    ObjectKey key,
    String uid,
    String queue,
    int priority,
    Instant created,
    boolean active,
    List<PodSet> podSets,
    List<Condition> conditions,
    Optional<Grant> grant) {

  /** The workload has its quota. */
  public static final String QUOTA_RESERVED = "QuotaReserved";

  /** The workload may start. */
  public static final String ADMITTED = "Admitted";

  /** All its pods are ready. */
  public static final String PODS_READY = "PodsReady";

  /** It must stop, or was stopped. */
  public static final String EVICTED = "Evicted";

  /** It has ended. */
  public static final String FINISHED = "Finished";

  /**
   * Equal pods.
   *
   * @param name unique within the workload
   * @param count how many
   * @param labels their labels
   * @param annotations their annotations, where somebody looks at them; else none
   * @param shape where one can run
   * @param neighbours beside whom
   */
  public record PodSet(
      String name,
      int count,
      SortedMap<String, String> labels,
      SortedMap<String, String> annotations,
      PodShape shape,
      Neighbours neighbours) {}

  /**
   * A condition.
   *
   * @param type what it is about
   * @param holds whether it is true
   * @param reason in one word
   * @param message in a sentence
   * @param since since when it has held, or not
   */
  public record Condition(
      String type, boolean holds, String reason, String message, Instant since) {}

  /** Copies the lists. */
  public WorkloadState {
    podSets = List.copyOf(podSets);
    conditions = List.copyOf(conditions);
  }

  /** Whether a condition is true. */
  public boolean has(String type) {
    return conditions.stream().anyMatch(one -> one.type().equals(type) && one.holds());
  }

  /** The same with a condition set; since when it holds is kept where that does not change. */
  public WorkloadState with(Condition condition) {
    var since =
        conditions.stream()
            .filter(one -> one.type().equals(condition.type()))
            .filter(one -> one.holds() == condition.holds())
            .map(Condition::since)
            .findFirst()
            .orElse(condition.since());
    var kept = conditions.stream().filter(one -> !one.type().equals(condition.type())).toList();
    var changed = new ArrayList<>(kept);
    changed.add(
        new Condition(
            condition.type(), condition.holds(), condition.reason(), condition.message(), since));
    changed.sort(Comparator.comparing(Condition::type));
    return new WorkloadState(key, uid, queue, priority, created, active, podSets, changed, grant);
  }

  /** The same with something granted, or nothing. */
  public WorkloadState with(Optional<Grant> newGrant) {
    return new WorkloadState(
        key, uid, queue, priority, created, active, podSets, conditions, newGrant);
  }

  /** How many pods of each set, for example {@code workers=4}. */
  public List<String> podCounts() {
    return podSets.stream().map(set -> set.name() + "=" + set.count()).toList();
  }
}
