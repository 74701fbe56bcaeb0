package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.model.SpreadConstraint;
import java.util.List;

/**
 * How many pods that a spread constraint means are in each domain of the nodes that count for it.
 * Valid until the cluster changes.
 *
 * @param domains the domains
 * @param pods the pods by domain
 * @param nodes the nodes by domain
 */
record SpreadCounts(Domains domains, int[] pods, int[] nodes) {

  /**
   * Counts.
   *
   * @param eligibility of the pod's shape
   * @param needed in each of these a node must have a domain to count
   */
  static SpreadCounts of(
      SpreadConstraint constraint, Cluster cluster, Eligibility eligibility, List<Domains> needed) {
    var counter = cluster.topology().count(constraint.term());
    var domains = counter.domains();
    var mask = mask(constraint);
    var flags = eligibility.flags();
    var pods = new int[domains.count()];
    var nodes = new int[domains.count()];
    for (var node = 0; node < cluster.numbers(); node++) {
      var domain = domains.of(node);
      if (domain != Domains.NONE && (flags[node] & mask) == mask && isIn(needed, node)) {
        pods[domain] += counter.onNode(node);
        nodes[domain]++;
      }
    }
    return new SpreadCounts(domains, pods, nodes);
  }

  /** What must hold of a node, by the flags of its eligibility, for it to count. */
  static int mask(SpreadConstraint constraint) {
    return (constraint.honorAffinity() ? Eligibility.SELECTED : 0)
        | (constraint.honorTaints() ? Eligibility.TOLERATED : 0);
  }

  /** Whether a node has a domain in each of these. */
  private static boolean isIn(List<Domains> needed, int node) {
    for (var i = 0; i < needed.size(); i++) {
      if (needed.get(i).of(node) == Domains.NONE) {
        return false;
      }
    }
    return true;
  }

  /** The most that a domain may have for one more pod to come there. */
  int most(SpreadConstraint constraint, int self) {
    var least = Integer.MAX_VALUE;
    var present = 0;
    for (var domain = 0; domain < pods.length; domain++) {
      if (nodes[domain] > 0) {
        least = Math.min(least, pods[domain]);
        present++;
      }
    }
    var floor = present == 0 || present < constraint.minDomains() ? 0 : least;
    return constraint.maxSkew() + floor - self;
  }

  /** Those around a node that has a domain. */
  int around(int node) {
    return pods[domains.of(node)];
  }

  /** Whether a node has a domain. */
  boolean hasDomain(int node) {
    return domains.of(node) != Domains.NONE;
  }
}
