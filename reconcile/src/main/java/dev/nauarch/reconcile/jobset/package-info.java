/**
 * The JobSet controller: groups of Jobs that start, fail, restart and finish as one, find each
 * other by name, and are placed as one gang where they stand in a queue. Start with {@link
 * dev.nauarch.reconcile.jobset.JobSetReconciler}.
 */
@NullMarked
package dev.nauarch.reconcile.jobset;

import org.jspecify.annotations.NullMarked;
