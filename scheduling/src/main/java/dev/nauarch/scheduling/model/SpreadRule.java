package dev.nauarch.scheduling.model;

import java.util.List;

/**
 * How pods are spread that belong together and say nothing of it themselves.
 *
 * @param constraints about which domains, and how strictly; about the pods that belong together
 * @param mayLackDomains whether nodes without some of the domains are compared with the others
 */
public record SpreadRule(List<Domain> constraints, boolean mayLackDomains) {

  /** They are not. */
  public static final SpreadRule NONE = new SpreadRule(List.of(), false);

  /** As Kubernetes does by itself. */
  public static final SpreadRule SYSTEM =
      new SpreadRule(
          List.of(
              new Domain("kubernetes.io/hostname", 3, 1, false, true, false),
              new Domain("topology.kubernetes.io/zone", 5, 1, false, true, false)),
          true);

  /** Copies the list. */
  public SpreadRule {
    constraints = List.copyOf(constraints);
  }

  /**
   * A constraint that lacks only which pods it is about; the rest is as in {@link
   * SpreadConstraint}.
   *
   * @param topologyKey the node label whose values are the domains
   */
  public record Domain(
      String topologyKey,
      int maxSkew,
      int minDomains,
      boolean required,
      boolean honorAffinity,
      boolean honorTaints) {

    /** The constraint for pods of a namespace that a selector means. */
    public SpreadConstraint about(String namespace, List<Requirement> selector) {
      var term =
          new PodTerm(selector, false, List.of(namespace), List.of(), false, topologyKey, false);
      return new SpreadConstraint(term, maxSkew, minDomains, required, honorAffinity, honorTaints);
    }
  }
}
