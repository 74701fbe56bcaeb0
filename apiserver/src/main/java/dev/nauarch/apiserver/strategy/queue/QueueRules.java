package dev.nauarch.apiserver.strategy.queue;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;

/** The rules of queues and of the work in them that a schema can't say. */
final class QueueRules {

  private QueueRules() {}

  static void local(Problems problems, Field queue, Field old) {
    problems.immutable(queue.at("spec", "clusterQueue"), old.at("spec", "clusterQueue"));
  }

  static void cluster(Problems problems, Field queue) {
    var flavors = new ArrayList<Field>();
    var resources = new ArrayList<Field>();
    for (var group : queue.at("spec", "resourceGroups").items()) {
      var covered = group.at("coveredResources").items();
      resources.addAll(covered);
      for (var flavor : group.at("flavors").items()) {
        flavors.add(flavor.at("name"));
        quotas(problems, flavor, covered);
      }
    }
    problems.unique(flavors);
    problems.unique(resources);
  }

  private static void quotas(Problems problems, Field flavor, List<Field> covered) {
    var quotas = flavor.at("resources").items();
    if (quotas.size() != covered.size()) {
      problems.invalid(
          flavor.at("resources"), "must have the same number of resources as the coveredResources");
      return;
    }
    for (int i = 0; i < quotas.size(); i++) {
      var quota = quotas.get(i);
      if (!quota.at("name").hasValueOf(covered.get(i))) {
        problems.invalid(quota.at("name"), "must match the name in coveredResources");
      }
      for (var name : new String[] {"nominalQuota", "borrowingLimit", "lendingLimit"}) {
        amount(problems, quota.at(name));
      }
      var lending = quota.at("lendingLimit");
      if (lending.isPresent()
          && lending.quantity().compareTo(quota.at("nominalQuota").quantity()) > 0) {
        problems.invalid(lending, "must be less than or equal to the nominalQuota");
      }
    }
  }

  private static void amount(Problems problems, Field amount) {
    if (!amount.isPresent()) {
      return;
    }
    var parsed = Amount.read(amount.node().asString("")).map(Amount::value);
    if (parsed.isEmpty()) {
      problems.invalid(amount, Amount.FORM);
    } else if (parsed.get().signum() < 0) {
      problems.invalid(amount, "must be greater than or equal to 0");
    }
  }

  static void workload(Problems problems, Field workload) {
    var sets = workload.at("spec", "podSets").items();
    problems.unique(sets.stream().map(set -> set.at("name")).toList());
    for (var set : sets) {
      problems.notNegative(set.at("count"));
      if (set.at("minCount").number(0) > set.at("count").number(0)) {
        problems.invalid(set.at("minCount"), "should be positive and less or equal to count");
      }
    }
  }

  /** Work that holds quota is the work that was admitted. */
  static void workloadChange(Problems problems, Field workload, Field old) {
    boolean holdsQuota =
        old.at("status", "conditions").items().stream()
            .anyMatch(
                condition ->
                    condition.at("type").is("QuotaReserved") && condition.at("status").is("True"));
    if (holdsQuota) {
      problems.immutable(workload.at("spec", "podSets"), old.at("spec", "podSets"));
      problems.immutable(workload.at("spec", "queueName"), old.at("spec", "queueName"));
    }
  }
}
