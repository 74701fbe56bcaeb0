package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.model.SpreadConstraint;
import java.util.ArrayList;
import java.util.List;

/**
 * How evenly pods would be spread that rather would be. The formula is that of the plug-in {@code
 * PodTopologySpread} of Kubernetes: a pod counts the more the more domains there are, and a skew
 * that is allowed makes domains more equal. Valid until the cluster changes.
 */
final class SpreadPreference implements Preference {

  /** Stands for a node without a domain that it needs; such nodes are worth nothing. */
  private static final long OUTSIDE = -1;

  private final int weight;
  private final List<SpreadConstraint> constraints;
  private final List<SpreadCounts> counts = new ArrayList<>();
  private final List<Domains> needed = new ArrayList<>();

  /**
   * For a pod.
   *
   * @param constraints those that are not required, at least one
   * @param mayLackDomains whether nodes without some of the domains are compared with the others
   * @param eligibility of the pod's shape
   */
  SpreadPreference(
      int weight,
      List<SpreadConstraint> constraints,
      boolean mayLackDomains,
      Cluster cluster,
      Eligibility eligibility) {
    this.weight = weight;
    this.constraints = constraints;
    if (!mayLackDomains) {
      constraints.forEach(
          each -> needed.add(cluster.topology().domains(each.term().topologyKey())));
    }
    for (var constraint : constraints) {
      counts.add(SpreadCounts.of(constraint, cluster, eligibility, needed));
    }
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public void compare(int[] nodes, int count, long[] worth) {
    var factors = new double[counts.size()];
    for (var i = 0; i < factors.length; i++) {
      factors[i] = StrictMath.log(size(counts.get(i).domains(), nodes, count) + 2.0);
    }
    var least = Long.MAX_VALUE;
    var most = 0L;
    for (var i = 0; i < count; i++) {
      worth[i] = SpreadCounts.isIn(needed, nodes[i]) ? crowd(nodes[i], factors) : OUTSIDE;
      if (worth[i] != OUTSIDE) {
        least = Math.min(least, worth[i]);
        most = Math.max(most, worth[i]);
      }
    }
    for (var i = 0; i < count; i++) {
      if (worth[i] == OUTSIDE) {
        worth[i] = 0;
      } else {
        worth[i] = most == 0 ? MOST : MOST * (most + least - worth[i]) / most;
      }
    }
  }

  /** How many domains these nodes are in. */
  private int size(Domains domains, int[] nodes, int count) {
    var seen = new boolean[domains.count()];
    var size = 0;
    for (var i = 0; i < count; i++) {
      var domain = domains.of(nodes[i]);
      if (domain != Domains.NONE && !seen[domain] && SpreadCounts.isIn(needed, nodes[i])) {
        seen[domain] = true;
        size++;
      }
    }
    return size;
  }

  private long crowd(int node, double[] factors) {
    var sum = 0.0;
    for (var i = 0; i < factors.length; i++) {
      if (counts.get(i).hasDomain(node)) {
        sum += counts.get(i).around(node) * factors[i] + constraints.get(i).maxSkew() - 1;
      }
    }
    return Math.round(sum);
  }
}
