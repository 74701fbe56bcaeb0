package dev.nauarch.scheduling.model;

/**
 * A wish that pods are spread evenly over domains.
 *
 * @param term which pods are counted, over which domains
 * @param maxSkew how many more than the emptiest domain may have
 * @param minDomains how many domains there must be before an absent one stops counting as empty
 * @param required whether a node that breaks it is refused; else it is only scored
 * @param honorAffinity whether only nodes that match the pod's node affinity are domains
 * @param honorTaints whether nodes with a taint that the pod does not tolerate are no domains
 */
public record SpreadConstraint(
    PodTerm term,
    int maxSkew,
    int minDomains,
    boolean required,
    boolean honorAffinity,
    boolean honorTaints) {}
