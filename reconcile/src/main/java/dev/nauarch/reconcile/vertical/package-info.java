/**
 * Has the requests of pods follow what they use: {@link
 * dev.nauarch.reconcile.vertical.VerticalAutoscaler} looks at each VerticalPodAutoscaler, {@link
 * dev.nauarch.reconcile.vertical.ContainerUsage} remembers, {@link
 * dev.nauarch.reconcile.vertical.Estimator} recommends, and {@link
 * dev.nauarch.reconcile.vertical.Updates} resizes and evicts. Numbers and rules are those of
 * Kubernetes' vertical-pod-autoscaler 1.7.
 */
@NullMarked
package dev.nauarch.reconcile.vertical;

import org.jspecify.annotations.NullMarked;
