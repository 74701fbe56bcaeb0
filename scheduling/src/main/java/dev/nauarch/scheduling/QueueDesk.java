package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.queue.ClusterQueueState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.QueueEvent;
import dev.nauarch.scheduling.queue.StopPolicy;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Takes in what the queues are told, and has done what follows from it. */
final class QueueDesk {

  private static final String DEFAULT = "default";

  private final World world;
  private final Holds holds;
  private final QueueBooks books = new QueueBooks();
  private final JobFlow jobs;
  private final QueueAdmission admission;
  private final SortedSet<ObjectKey> dirty = new TreeSet<>();
  private final SortedSet<String> askedFor = new TreeSet<>();
  private final SortedMap<String, Object> toldByQueue = new TreeMap<>();
  private Amounts askedQuota = Amounts.NONE;
  private boolean changed = true;

  QueueDesk(World world, Holds holds) {
    this.world = world;
    this.holds = holds;
    this.jobs = new JobFlow(books, holds);
    this.admission = new QueueAdmission(world, books, holds);
  }

  void apply(QueueEvent event) {
    changed = true;
    switch (event) {
      case QueueEvent.FlavorSeen(var flavor) -> books.quota().put(flavor);
      case QueueEvent.FlavorGone(var name) -> books.quota().removeFlavor(name);
      case QueueEvent.ClusterQueueSeen(var queue) -> {
        books.clusterQueues().put(queue.name(), queue);
        allDirty();
      }
      case QueueEvent.ClusterQueueGone(var name) -> books.clusterQueues().remove(name);
      case QueueEvent.LocalQueueSeen(var queue) -> {
        books.localQueues().put(queue.key(), queue);
        allDirty();
      }
      case QueueEvent.LocalQueueGone(var key) -> books.localQueues().remove(key);
      case QueueEvent.WorkloadSeen(var workload) -> dirty.add(books.seen(workload).key());
      case QueueEvent.WorkloadGone(var key) -> {
        books.removed(key).ifPresent(holds::release);
        dirty.add(key);
      }
      case QueueEvent.JobSeen(var job) -> dirty.add(jobs.seen(job));
      case QueueEvent.JobGone(var kind, var key) -> dirty.addAll(jobs.gone(kind, key));
      case QueueEvent.WorkloadRefused(var key) -> {
        books.workload(key).ifPresent(holds::release);
        books.refused(key);
        dirty.add(key);
      }
      case QueueEvent.JobRefused(var job) -> {
        jobs.refused(job);
        dirty.add(job.workload());
      }
    }
  }

  /** Everything has been told: what runs already keeps places for its missing pods. */
  void begin() {
    for (var workload : books.workloads()) {
      if (workload.grant().isPresent() && !workload.has(WorkloadState.FINISHED)) {
        var grant = workload.grant().get();
        holds.restore(workload, podSet -> books.flavorsOf(grant, podSet));
      }
    }
    allDirty();
  }

  /**
   * Does all that can be done now.
   *
   * @param roomChanged whether places became free or taken since the last time
   */
  void decide(boolean roomChanged, Instant now, List<SchedulerCommand> out) {
    if (!changed && !roomChanged) {
      return;
    }
    provideDefaults(out);
    steps(now, out);
    admission.admitAll(now, out);
    books.workloads().stream()
        .filter(one -> one.grant().isPresent())
        .forEach(one -> dirty.add(one.key()));
    steps(now, out);
    report(now, out);
    changed = false;
  }

  private void steps(Instant now, List<SchedulerCommand> out) {
    for (var key : List.copyOf(dirty)) {
      jobs.step(key, now, out);
    }
    dirty.clear();
  }

  private void allDirty() {
    books.workloads().forEach(workload -> dirty.add(workload.key()));
  }

  /** The queue that needs no YAML: one flavor, one cluster queue, one door in each namespace. */
  private void provideDefaults(List<SchedulerCommand> out) {
    var capacity = world.cluster.capacity();
    if (books.quota().flavors(List.of(DEFAULT)).isEmpty() && askedFor.add("flavor")) {
      say(new QueueCommand.CreateFlavor(DEFAULT), out);
    }
    var queue = books.clusterQueues().get(DEFAULT);
    if (queue == null) {
      if (askedFor.add("queue")) {
        askedQuota = capacity;
        say(new QueueCommand.CreateClusterQueue(DEFAULT, capacity), out);
      }
    } else if (queue.followsCapacity()
        && !capacity.equals(quotaOf(queue))
        && !capacity.equals(askedQuota)) {
      askedQuota = capacity;
      say(new QueueCommand.SetQuota(DEFAULT, capacity), out);
    }
    for (var namespace : world.cluster.namespaces()) {
      var key = new ObjectKey(namespace, DEFAULT);
      if (!books.localQueues().containsKey(key) && askedFor.add("door " + namespace)) {
        say(new QueueCommand.CreateLocalQueue(key, DEFAULT), out);
      }
    }
    askedFor.removeIf(
        what ->
            what.startsWith("door ") && !world.cluster.namespaces().contains(what.substring(5)));
  }

  private static Amounts quotaOf(ClusterQueueState queue) {
    return queue.groups().stream()
        .flatMap(group -> group.flavors().stream())
        .map(ClusterQueueState.Quota::nominal)
        .reduce(Amounts.NONE, Amounts::plus);
  }

  private void report(Instant now, List<SchedulerCommand> out) {
    for (var queue : books.clusterQueues().values()) {
      var flavors =
          queue.groups().stream()
              .flatMap(
                  group ->
                      group.flavors().stream()
                          .map(
                              quota ->
                                  new QueueCommand.FlavorFill(
                                      quota.flavor(),
                                      group.resources(),
                                      books.quota().used(queue.name(), quota.flavor()))))
              .toList();
      var fill = fill(queue);
      if (isNews("cluster " + queue.name(), List.of(fill, flavors))) {
        say(new QueueCommand.ReportClusterQueue(queue.name(), fill, flavors, now), out);
      }
    }
    for (var local : books.localQueues().values()) {
      var queue = books.clusterQueues().get(local.clusterQueue());
      var inactive = queue == null ? "ClusterQueueDoesNotExist" : stopWord(local.stop());
      var fill = fill(local.key(), inactive);
      if (isNews("local " + local.key(), fill)) {
        say(new QueueCommand.ReportLocalQueue(local.key(), fill, now), out);
      }
    }
  }

  private QueueCommand.Fill fill(ClusterQueueState queue) {
    var missing = books.quota().missingFlavor(queue);
    var inactive = missing.isEmpty() ? stopWord(queue.stop()) : "FlavorNotFound";
    var pending = 0;
    for (var workload : books.workloads()) {
      if (QueueAdmission.waits(workload)
          && books.clusterQueueOf(workload).filter(queue::equals).isPresent()) {
        pending++;
      }
    }
    return new QueueCommand.Fill(pending, books.admittedIn(queue.name()).size(), inactive);
  }

  private QueueCommand.Fill fill(ObjectKey local, String inactive) {
    var pending = 0;
    var admitted = 0;
    for (var workload : books.workloads()) {
      if (local.equals(new ObjectKey(workload.key().namespace(), workload.queue()))) {
        pending += QueueAdmission.waits(workload) ? 1 : 0;
        admitted += workload.grant().isPresent() && !workload.has(WorkloadState.FINISHED) ? 1 : 0;
      }
    }
    return new QueueCommand.Fill(pending, admitted, inactive);
  }

  private static String stopWord(StopPolicy stop) {
    return stop == StopPolicy.NONE ? "" : "Stopped";
  }

  private boolean isNews(String queue, Object told) {
    return !told.equals(toldByQueue.put(queue, told));
  }

  private static void say(QueueCommand command, List<SchedulerCommand> out) {
    out.add(new SchedulerCommand.ForQueue(command));
  }
}
