/**
 * Scales workloads by load: HorizontalPodAutoscalers. What is measured comes in through {@link
 * dev.nauarch.reconcile.Snapshot#read}; everything else is arithmetic. Start at {@link
 * dev.nauarch.reconcile.autoscale.HorizontalAutoscaler}.
 */
@NullMarked
package dev.nauarch.reconcile.autoscale;

import org.jspecify.annotations.NullMarked;
