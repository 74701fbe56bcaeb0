package dev.nauarch.scheduling;

import static dev.nauarch.scheduling.queue.WorkloadState.ADMITTED;
import static dev.nauarch.scheduling.queue.WorkloadState.EVICTED;
import static dev.nauarch.scheduling.queue.WorkloadState.FINISHED;
import static dev.nauarch.scheduling.queue.WorkloadState.QUOTA_RESERVED;

import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.queue.ClusterQueueState;
import dev.nauarch.scheduling.queue.Grant;
import dev.nauarch.scheduling.queue.QuotaBook;
import dev.nauarch.scheduling.queue.StopPolicy;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lets workloads start: quota, placement of all their pods, and order are one decision. A workload
 * that waits holds neither quota nor places.
 */
final class QueueAdmission {

  private static final Comparator<WorkloadState> ORDER =
      Comparator.comparingInt(WorkloadState::priority)
          .reversed()
          .thenComparing(WorkloadState::created)
          .thenComparing(WorkloadState::key);

  private final World world;
  private final QueueBooks books;
  private final Holds holds;

  QueueAdmission(World world, QueueBooks books, Holds holds) {
    this.world = world;
    this.books = books;
    this.holds = holds;
  }

  /** Tries everything that waits, queue by queue, first come first. */
  void admitAll(Instant now, List<SchedulerCommand> out) {
    var waitingByQueue = new TreeMap<String, List<WorkloadState>>();
    for (var workload : books.workloads()) {
      if (waits(workload)) {
        var queue = books.clusterQueueOf(workload).map(ClusterQueueState::name).orElse("");
        waitingByQueue.computeIfAbsent(queue, ignored -> new ArrayList<>()).add(workload);
      }
    }
    waitingByQueue.values().forEach(waiting -> admit(waiting, now, out));
  }

  static boolean waits(WorkloadState workload) {
    return workload.active() && workload.grant().isEmpty() && !workload.has(FINISHED);
  }

  /** The workloads of one cluster queue, in order. */
  private void admit(List<WorkloadState> waiting, Instant now, List<SchedulerCommand> out) {
    waiting.sort(ORDER);
    Optional<WorkloadState> blocking = Optional.empty();
    for (var workload : waiting) {
      if (blocking.isPresent()) {
        refuse(workload, behind(blocking.get()), now, out);
        continue;
      }
      var refused = tryAdmit(workload, now, out);
      if (refused.isPresent()) {
        refuse(workload, refused.get(), now, out);
        if (books.clusterQueueOf(workload).filter(ClusterQueueState::strict).isPresent()) {
          blocking = Optional.of(workload);
        }
      }
    }
  }

  private Optional<Explanation> tryAdmit(
      WorkloadState workload, Instant now, List<SchedulerCommand> out) {
    var obstacle = obstacle(workload);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    var queue = books.clusterQueueOf(workload).orElseThrow();
    var answer = books.quota().ask(queue, workload);
    var why =
        switch (answer) {
          case QuotaBook.Answer.Refused(var reason, var message) ->
              Optional.of(Explanation.of(reason, cause(reason), message));
          case QuotaBook.Answer.Granted(var grant) ->
              holds.reserve(workload, podSet -> books.flavorsOf(grant, podSet));
        };
    if (why.isPresent()) {
      var room = queue.preemptsLower() ? makeRoom(workload, queue, now, out) : 0;
      return room == 0
          ? why
          : why.map(one -> one.withPreemption(room + " workloads of lower priority are stopped."));
    }
    admitted(workload, ((QuotaBook.Answer.Granted) answer).grant(), now, out);
    return Optional.empty();
  }

  private void admitted(
      WorkloadState workload, Grant grant, Instant now, List<SchedulerCommand> out) {
    var waited = Duration.between(workload.created(), now).toSeconds();
    var message =
        " in ClusterQueue " + grant.clusterQueue() + ", wait time since queued was " + waited + "s";
    var changed =
        workload
            .with(Optional.of(grant))
            .with(condition(QUOTA_RESERVED, true, QUOTA_RESERVED, "Quota reserved" + message, now))
            .with(condition(ADMITTED, true, ADMITTED, "Admitted" + message, now));
    if (workload.has(EVICTED)) {
      changed =
          changed.with(condition(EVICTED, false, QUOTA_RESERVED, "Quota reserved" + message, now));
    }
    books.explained(workload.key(), Optional.empty(), now, out);
    books.write(changed, out);
  }

  private void refuse(
      WorkloadState workload, Explanation why, Instant now, List<SchedulerCommand> out) {
    var known =
        workload.conditions().stream()
            .filter(one -> one.type().equals(QUOTA_RESERVED))
            .anyMatch(
                one ->
                    !one.holds()
                        && one.reason().equals(why.reason())
                        && one.message().equals(why.message()));
    if (!known) {
      books.write(
          workload.with(condition(QUOTA_RESERVED, false, why.reason(), why.message(), now)), out);
    }
    books.explained(workload.key(), Optional.of(why), now, out);
  }

  /** What keeps the workload from being considered at all. */
  private Optional<Explanation> obstacle(WorkloadState workload) {
    var local = books.localQueueOf(workload);
    if (local.isEmpty()) {
      return misconfigured(
          "QueueNotFound", "LocalQueue " + workload.queue() + " does not exist in its namespace.");
    }
    var found = books.clusterQueueOf(workload);
    if (found.isEmpty()) {
      return misconfigured(
          "QueueNotFound", "ClusterQueue " + local.get().clusterQueue() + " does not exist.");
    }
    var queue = found.get();
    if (local.get().stop() != StopPolicy.NONE) {
      return stopped("LocalQueue " + local.get().key().name());
    }
    if (queue.stop() != StopPolicy.NONE) {
      return stopped("ClusterQueue " + queue.name());
    }
    var labels = world.cluster.labelsOf(workload.key().namespace());
    if (!queue.open()
        && (queue.namespaces().isEmpty()
            || !queue.namespaces().stream().allMatch(one -> one.matches(labels)))) {
      return misconfigured(
          "NamespaceMismatch",
          "ClusterQueue " + queue.name() + " does not admit work of its namespace.");
    }
    var missing = books.quota().missingFlavor(queue);
    return missing.isEmpty()
        ? Optional.empty()
        : misconfigured(
            "FlavorNotFound",
            "ClusterQueue "
                + queue.name()
                + " names the ResourceFlavor "
                + missing
                + ", which does not exist.");
  }

  /** Stops as few workloads of lower priority as let this one start; how many. */
  private int makeRoom(
      WorkloadState workload, ClusterQueueState queue, Instant now, List<SchedulerCommand> out) {
    var stopping = books.admittedIn(queue.name()).stream().filter(one -> one.has(EVICTED)).toList();
    var lower =
        books.admittedIn(queue.name()).stream()
            .filter(one -> !one.has(EVICTED) && one.priority() < workload.priority())
            .sorted(ORDER.reversed())
            .toList();
    var removed = new LinkedHashMap<WorkloadState, List<PodState>>();
    for (var victim : stopping) {
      removed.put(victim, takeOut(victim));
    }
    var enough = wouldFit(workload, queue);
    var victims = new ArrayList<WorkloadState>();
    for (var victim : lower) {
      if (enough) {
        break;
      }
      removed.put(victim, takeOut(victim));
      victims.add(victim);
      enough = wouldFit(workload, queue);
    }
    removed.forEach(this::putBack);
    if (!enough) {
      return 0;
    }
    for (var victim : victims) {
      var message =
          "Preempted to accommodate a workload (" + workload.key() + ") of higher priority";
      books.write(victim.with(condition(EVICTED, true, "Preempted", message, now)), out);
    }
    return victims.size() + stopping.size();
  }

  private boolean wouldFit(WorkloadState workload, ClusterQueueState queue) {
    if (books.quota().ask(queue, workload) instanceof QuotaBook.Answer.Granted(var grant)
        && holds.reserve(workload, podSet -> books.flavorsOf(grant, podSet)).isEmpty()) {
      holds.release(workload);
      return true;
    }
    return false;
  }

  private List<PodState> takeOut(WorkloadState victim) {
    victim.grant().ifPresent(books.quota()::giveBack);
    var places = new ArrayList<PodState>(holds.placesOf(victim));
    for (var podSet : victim.podSets()) {
      places.addAll(world.podsOf(World.podSetKey(victim.key(), podSet.name())));
    }
    var placed = new ArrayList<PodState>();
    places.forEach(place -> world.cluster.unplace(place.key()).ifPresent(placed::add));
    return placed;
  }

  private void putBack(WorkloadState victim, List<PodState> places) {
    victim.grant().ifPresent(books.quota()::take);
    places.forEach(world.cluster::place);
  }

  private static String cause(String reason) {
    return reason.equals("WaitingForQuota") ? "QueueFull" : reason;
  }

  private static Explanation behind(WorkloadState first) {
    return Explanation.of(
        "WaitingForQuota",
        "FifoHeadBlocked",
        "Its queue is strictly first in, first out, and " + first.key() + " before it waits.");
  }

  private static Optional<Explanation> misconfigured(String cause, String message) {
    return Optional.of(Explanation.of("Misconfigured", cause, message));
  }

  private static Optional<Explanation> stopped(String queue) {
    return Optional.of(Explanation.of("Suspended", "QueueStopped", queue + " is stopped."));
  }

  static WorkloadState.Condition condition(
      String type, boolean holds, String reason, String message, Instant now) {
    return new WorkloadState.Condition(type, holds, reason, message, now);
  }
}
