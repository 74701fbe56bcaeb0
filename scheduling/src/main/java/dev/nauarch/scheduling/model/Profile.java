package dev.nauarch.scheduling.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How pods are scheduled that name one scheduler.
 *
 * @param name what they name
 * @param policy how they are treated
 * @param requiredNodes of these alternatives one must hold, beside their own; empty for no
 *     condition
 * @param preferredNodes add to a node's score, beside their own
 */
public record Profile(
    String name, Policy policy, List<NodeTerm> requiredNodes, List<NodeTerm> preferredNodes) {

  /** Copies the lists. */
  public Profile {
    requiredNodes = List.copyOf(requiredNodes);
    preferredNodes = List.copyOf(preferredNodes);
  }

  /** A profile of which nothing is said. */
  public static Profile of(String name) {
    return new Profile(name, Policy.DEFAULT, List.of(), List.of());
  }

  /** The same that does not look at some resources. */
  public Profile ignoring(List<String> resources) {
    return new Profile(name, policy.ignoring(resources), requiredNodes, preferredNodes);
  }

  /** The shape of a pod of this profile. */
  public PodShape shape(PodShape own) {
    if (requiredNodes.isEmpty() && preferredNodes.isEmpty() && policy.equals(own.policy())) {
      return own;
    }
    return own.scheduledBy(
        policy,
        requiredNodes.isEmpty() ? own.nodeTerms() : bothOf(own.nodeTerms()),
        joined(own.preferredNodes(), preferredNodes));
  }

  /** Alternatives that hold where one of each list does. */
  private List<NodeTerm> bothOf(List<NodeTerm> own) {
    if (own.isEmpty()) {
      return requiredNodes;
    }
    var both = new ArrayList<NodeTerm>();
    for (var one : own) {
      if (one.labels().isEmpty() && one.fields().isEmpty()) {
        both.add(one); // which no node satisfies
        continue;
      }
      for (var other : requiredNodes) {
        both.add(
            new NodeTerm(
                joined(one.labels(), other.labels()), joined(one.fields(), other.fields()), 0));
      }
    }
    return both;
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    var all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
