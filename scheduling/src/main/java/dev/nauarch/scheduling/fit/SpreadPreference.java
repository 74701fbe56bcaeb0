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
  private static final double OUTSIDE = Double.NEGATIVE_INFINITY;

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
      var own = cluster.topology().domains(constraint.term().topologyKey());
      var others = needed.stream().filter(one -> !one.equals(own)).toList();
      counts.add(SpreadCounts.of(constraint, cluster, eligibility, others));
    }
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public void compare(int[] nodes, int count, long[] worth) {
    var crowds = new double[count];
    for (var domains : needed) {
      for (var i = 0; i < count; i++) {
        if (domains.of(nodes[i]) == Domains.NONE) {
          crowds[i] = OUTSIDE;
        }
      }
    }
    for (var i = 0; i < constraints.size(); i++) {
      add(counts.get(i), constraints.get(i).maxSkew() - 1, nodes, crowds);
    }
    var least = Long.MAX_VALUE;
    var most = 0L;
    for (var i = 0; i < count; i++) {
      if (crowds[i] != OUTSIDE) {
        worth[i] = (long) (crowds[i] + 0.5);
        least = Math.min(least, worth[i]);
        most = Math.max(most, worth[i]);
      }
    }
    for (var i = 0; i < count; i++) {
      if (crowds[i] == OUTSIDE) {
        worth[i] = 0;
      } else {
        worth[i] = most == 0 ? MOST : MOST * (most + least - worth[i]) / most;
      }
    }
  }

  /** Adds what one constraint counts for each of these nodes. */
  private static void add(SpreadCounts counts, int allowed, int[] nodes, double[] crowds) {
    var domains = counts.domains();
    var factor = StrictMath.log(size(domains, nodes, crowds) + 2.0);
    var crowdByDomain = new double[domains.count()];
    for (var domain = 0; domain < crowdByDomain.length; domain++) {
      crowdByDomain[domain] = counts.pods()[domain] * factor + allowed;
    }
    for (var i = 0; i < crowds.length; i++) {
      var domain = domains.of(nodes[i]);
      if (domain != Domains.NONE) {
        crowds[i] += crowdByDomain[domain];
      }
    }
  }

  /** How many domains those of the nodes are in that are compared. */
  private static int size(Domains domains, int[] nodes, double[] crowds) {
    var seen = new boolean[domains.count()];
    var size = 0;
    for (var i = 0; i < crowds.length; i++) {
      var domain = domains.of(nodes[i]);
      if (domain != Domains.NONE && !seen[domain] && crowds[i] != OUTSIDE) {
        seen[domain] = true;
        size++;
      }
    }
    return size;
  }
}
