/**
 * The Job controller: pods that run to their end, plain or indexed, counted once each whatever
 * fails in between. Start with {@link dev.nauarch.reconcile.job.JobReconciler}.
 */
@NullMarked
package dev.nauarch.reconcile.job;

import org.jspecify.annotations.NullMarked;
