package dev.nauarch.scheduling.model;

/**
 * A preferred pod affinity.
 *
 * @param term about which pods
 * @param weight -100 to 100; negative for anti-affinity
 */
public record WeightedPodTerm(PodTerm term, int weight) {}
