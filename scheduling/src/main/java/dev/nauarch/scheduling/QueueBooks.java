package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.queue.ClusterQueueState;
import dev.nauarch.scheduling.queue.FlavorState;
import dev.nauarch.scheduling.queue.Grant;
import dev.nauarch.scheduling.queue.LocalQueueState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.QuotaBook;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Queues and workloads as they are once what was decided has been written. What was written is
 * believed until the API server shows it or refuses it, for what it shows meanwhile is older.
 */
final class QueueBooks {

  private final SortedMap<String, ClusterQueueState> clusterQueues = new TreeMap<>();
  private final SortedMap<ObjectKey, LocalQueueState> localQueues = new TreeMap<>();
  private final SortedMap<ObjectKey, WorkloadState> workloads = new TreeMap<>();
  private final SortedMap<ObjectKey, WorkloadState> seenByUnconfirmed = new TreeMap<>();
  private final SortedMap<ObjectKey, Explanation> explanations = new TreeMap<>();
  private final QuotaBook quota = new QuotaBook();

  QuotaBook quota() {
    return quota;
  }

  SortedMap<String, ClusterQueueState> clusterQueues() {
    return clusterQueues;
  }

  SortedMap<ObjectKey, LocalQueueState> localQueues() {
    return localQueues;
  }

  Collection<WorkloadState> workloads() {
    return List.copyOf(workloads.values());
  }

  Optional<WorkloadState> workload(ObjectKey key) {
    return Optional.ofNullable(workloads.get(key));
  }

  Optional<LocalQueueState> localQueueOf(WorkloadState workload) {
    return Optional.ofNullable(
        localQueues.get(new ObjectKey(workload.key().namespace(), workload.queue())));
  }

  Optional<ClusterQueueState> clusterQueueOf(WorkloadState workload) {
    return localQueueOf(workload).map(local -> clusterQueues.get(local.clusterQueue()));
  }

  List<WorkloadState> admittedIn(String clusterQueue) {
    return workloads.values().stream()
        .filter(one -> !one.has(WorkloadState.FINISHED))
        .filter(one -> one.grant().filter(it -> it.clusterQueue().equals(clusterQueue)).isPresent())
        .toList();
  }

  /** The flavors that a pod set was granted. */
  List<FlavorState> flavorsOf(Grant grant, String podSet) {
    return grant.podSets().stream()
        .filter(one -> one.name().equals(podSet))
        .findFirst()
        .map(one -> quota.flavors(one.flavorByResource().values()))
        .orElse(List.of());
  }

  /** Decides a workload's new status and has it written. */
  void write(WorkloadState changed, List<SchedulerCommand> out) {
    var old = workloads.get(changed.key());
    if (old != null) {
      seenByUnconfirmed.putIfAbsent(changed.key(), old);
    }
    replace(changed);
    out.add(new SchedulerCommand.ForQueue(new QueueCommand.WriteWorkload(changed)));
  }

  /** The API server shows a workload; the workload as it is to be understood. */
  WorkloadState seen(WorkloadState shown) {
    var known = workloads.get(shown.key());
    if (known == null
        || !known.uid().equals(shown.uid())
        || !seenByUnconfirmed.containsKey(shown.key())) {
      seenByUnconfirmed.remove(shown.key());
      replace(shown);
      return shown;
    }
    if (saysTheSame(shown, known)) {
      seenByUnconfirmed.remove(shown.key());
      replace(shown);
      return shown;
    }
    seenByUnconfirmed.put(shown.key(), shown);
    var merged =
        new WorkloadState(
            shown.key(),
            shown.uid(),
            shown.queue(),
            shown.priority(),
            shown.created(),
            shown.active(),
            shown.podSets(),
            known.conditions(),
            known.grant());
    replace(merged);
    return merged;
  }

  /** What was written was refused: what the API server showed last is right. */
  void refused(ObjectKey key) {
    var shown = seenByUnconfirmed.remove(key);
    if (shown != null) {
      replace(shown);
    }
  }

  /** A workload is gone; the one that was. */
  Optional<WorkloadState> removed(ObjectKey key) {
    seenByUnconfirmed.remove(key);
    explanations.remove(key);
    var old = Optional.ofNullable(workloads.remove(key));
    old.filter(QueueBooks::usesQuota).flatMap(WorkloadState::grant).ifPresent(quota::giveBack);
    return old;
  }

  /** Says why a workload waits, where that is news. */
  void explained(
      ObjectKey workload, Optional<Explanation> why, Instant now, List<SchedulerCommand> out) {
    var old =
        Optional.ofNullable(
            why.isPresent()
                ? explanations.put(workload, why.get())
                : explanations.remove(workload));
    if (!old.equals(why)) {
      out.add(new SchedulerCommand.ForQueue(new QueueCommand.ExplainWorkload(workload, why, now)));
    }
  }

  /** Keeps the quota in step with what workloads were granted. */
  private void replace(WorkloadState workload) {
    var old = Optional.ofNullable(workloads.put(workload.key(), workload));
    old.filter(QueueBooks::usesQuota).flatMap(WorkloadState::grant).ifPresent(quota::giveBack);
    if (usesQuota(workload)) {
      workload.grant().ifPresent(quota::take);
    }
  }

  private static boolean usesQuota(WorkloadState workload) {
    return !workload.has(WorkloadState.FINISHED);
  }

  private static boolean saysTheSame(WorkloadState shown, WorkloadState written) {
    return shown.grant().isPresent() == written.grant().isPresent()
        && written.conditions().stream()
            .allMatch(
                one ->
                    shown.conditions().stream()
                        .anyMatch(
                            other ->
                                other.type().equals(one.type())
                                    && other.holds() == one.holds()
                                    && other.reason().equals(one.reason())
                                    && other.message().equals(one.message())));
  }
}
