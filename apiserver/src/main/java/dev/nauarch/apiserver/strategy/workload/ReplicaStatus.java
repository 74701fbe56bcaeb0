package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.IntNode;

/**
 * What is wrong with the status of a kind that has replicas: nothing is there less than not at all,
 * nothing is a greater part than the whole, and collisions are counted upwards.
 *
 * @param parts the numbers that replicas are the whole of
 * @param readyReplicas how messages call the replicas that are ready
 */
record ReplicaStatus(List<String> parts, String readyReplicas) {

  /** The kinds that know their pods by a template alone. */
  static final ReplicaStatus OF_REPLICAS =
      new ReplicaStatus(
          List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"), "readyReplicas");

  static final ReplicaStatus OF_DEPLOYMENTS =
      new ReplicaStatus(
          List.of("updatedReplicas", "readyReplicas", "availableReplicas"), "readyReplicas");

  static final ReplicaStatus OF_STATEFUL_SETS =
      new ReplicaStatus(
          List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
          "status.readyReplicas");

  void check(Problems problems, Field object, Field old) {
    counts(problems, object, old);
    var status = object.at("status");
    for (var name : parts) {
      var part = status.at(name);
      if (part.number(0) > status.at("replicas").number(0)) {
        problems.invalid(
            part, Long.toString(part.number(0)), "cannot be greater than status.replicas");
      }
    }
    var available = status.at("availableReplicas");
    if (available.number(0) > status.at("readyReplicas").number(0)) {
      problems.invalid(
          available, Long.toString(available.number(0)), "cannot be greater than " + readyReplicas);
    }
  }

  /** Checks the numbers of a status by themselves. */
  static void counts(Problems problems, Field object, Field old) {
    var status = object.at("status");
    for (var name : status.node().propertyNames()) {
      problems.notNegative(status.at(name));
    }
    var collisions = status.at("collisionCount");
    if (collisions.number(0) < old.at("status", "collisionCount").number(0)) {
      problems.invalid(collisions.or(IntNode.valueOf(0)), "cannot be decremented");
    }
  }
}
