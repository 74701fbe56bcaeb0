package dev.nauarch.scheduling.queue;

import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who has how much of which quota, and what of it a workload could have. */
public final class QuotaBook {

  /** What a cluster queue could grant. */
  public sealed interface Answer {

    /** It has enough. */
    record Granted(Grant grant) implements Answer {}

    /** It has not. */
    record Refused(String reason, String message) implements Answer {}
  }

  private final SortedMap<String, FlavorState> flavors = new TreeMap<>();
  private final SortedMap<String, SortedMap<String, Amounts>> usedByQueue = new TreeMap<>();

  /** A flavor is there or has changed. */
  public void put(FlavorState flavor) {
    flavors.put(flavor.name(), flavor);
  }

  /** A flavor is gone. */
  public void removeFlavor(String name) {
    flavors.remove(name);
  }

  /** The flavors of these names, those that exist. */
  public List<FlavorState> flavors(Iterable<String> names) {
    var found = new ArrayList<FlavorState>();
    for (var name : names) {
      var flavor = flavors.get(name);
      if (flavor != null && !found.contains(flavor)) {
        found.add(flavor);
      }
    }
    return found;
  }

  /** The first flavor that a queue names and that does not exist; empty where all do. */
  public String missingFlavor(ClusterQueueState queue) {
    return queue.groups().stream()
        .flatMap(group -> group.flavors().stream())
        .map(ClusterQueueState.Quota::flavor)
        .filter(name -> !flavors.containsKey(name))
        .findFirst()
        .orElse("");
  }

  /** A grant takes its quota. */
  public void take(Grant grant) {
    var used = usedByQueue.computeIfAbsent(grant.clusterQueue(), ignored -> new TreeMap<>());
    grant.usageByFlavor().forEach((flavor, usage) -> used.merge(flavor, usage, Amounts::plus));
  }

  /** A grant gives its quota back. */
  public void giveBack(Grant grant) {
    var used = usedByQueue.computeIfAbsent(grant.clusterQueue(), ignored -> new TreeMap<>());
    grant.usageByFlavor().forEach((flavor, usage) -> used.merge(flavor, usage, QuotaBook::less));
  }

  /** How much of a flavor is taken from a queue. */
  public Amounts used(String clusterQueue, String flavor) {
    var used = usedByQueue.get(clusterQueue);
    return used == null ? Amounts.NONE : used.getOrDefault(flavor, Amounts.NONE);
  }

  /** What the queue could grant the workload now; nothing is taken. */
  public Answer ask(ClusterQueueState queue, WorkloadState workload) {
    var asked = new TreeMap<String, Amounts>();
    var grants = new ArrayList<Grant.PodSetGrant>();
    for (var podSet : workload.podSets()) {
      var total = podSet.shape().requests().times(podSet.count());
      var flavorByResource = new TreeMap<String, String>();
      for (var group : queue.groups()) {
        var wanted = wanted(group, total);
        if (!wanted.names().isEmpty()) {
          var choice = choose(queue, group, podSet, wanted, asked);
          if (choice instanceof Choice.None(var refused)) {
            return refused;
          }
          var flavor = ((Choice.Flavor) choice).name();
          asked.merge(flavor, wanted, Amounts::plus);
          wanted.names().forEach(resource -> flavorByResource.put(resource, flavor));
        }
      }
      for (var resource : total.names()) {
        if (!flavorByResource.containsKey(resource) && !resource.equals("pods")) {
          return new Answer.Refused(
              "NoMatchingFlavor",
              "ClusterQueue " + queue.name() + " grants no " + resource + " at all.");
        }
      }
      grants.add(new Grant.PodSetGrant(podSet.name(), flavorByResource, total, podSet.count()));
    }
    return new Answer.Granted(new Grant(queue.name(), grants));
  }

  private sealed interface Choice {
    record Flavor(String name) implements Choice {}

    record None(Answer.Refused why) implements Choice {}
  }

  private Choice choose(
      ClusterQueueState queue,
      ClusterQueueState.Group group,
      WorkloadState.PodSet podSet,
      Amounts wanted,
      SortedMap<String, Amounts> asked) {
    var refused =
        new Answer.Refused(
            "NoMatchingFlavor", "No flavor of ClusterQueue " + queue.name() + " suits its pods.");
    for (var quota : group.flavors()) {
      var flavor = flavors.get(quota.flavor());
      if (flavor == null || !suits(flavor, podSet.shape())) {
        continue;
      }
      var taken =
          used(queue.name(), quota.flavor()).plus(asked.getOrDefault(quota.flavor(), Amounts.NONE));
      var lacking = wanted.lackingIn(quota.nominal().minus(taken));
      if (lacking.isEmpty()) {
        return new Choice.Flavor(quota.flavor());
      }
      refused = QuotaWords.lacking(queue.name(), quota, lacking.getFirst(), wanted, taken);
    }
    return new Choice.None(refused);
  }

  private static Amounts wanted(ClusterQueueState.Group group, Amounts total) {
    var wanted = Amounts.NONE;
    for (var resource : group.resources()) {
      wanted = wanted.with(resource, total.of(resource));
    }
    return wanted;
  }

  /** Whether pods of the shape can be bound to the flavor's nodes at all. */
  private static boolean suits(FlavorState flavor, PodShape shape) {
    for (var taint : flavor.taints()) {
      if (taint.effect() != Taint.Effect.PREFER_NO_SCHEDULE
          && !shape.tolerates(taint)
          && flavor.tolerations().stream().noneMatch(one -> one.tolerates(taint))) {
        return false;
      }
    }
    return shape.nodeSelector().stream()
        .filter(requirement -> flavor.labels().containsKey(requirement.key()))
        .allMatch(requirement -> matches(requirement, flavor));
  }

  private static boolean matches(Requirement requirement, FlavorState flavor) {
    return requirement.matches(flavor.labels());
  }

  private static Amounts less(Amounts all, Amounts part) {
    return all.minus(part);
  }
}
