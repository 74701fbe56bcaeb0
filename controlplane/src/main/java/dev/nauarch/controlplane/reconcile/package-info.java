/**
 * The live driver of every {@link dev.nauarch.reconcile.Reconciler}: shared caches show it the
 * cluster, a queue per controller holds its keys, and its plans are carried out through a client.
 * Start with {@link dev.nauarch.controlplane.reconcile.ReconcilerHost}.
 */
@NullMarked
package dev.nauarch.controlplane.reconcile;

import org.jspecify.annotations.NullMarked;
