/**
 * Controllers that keep the cluster itself in order: namespaces and what each must hold, and the
 * collection of objects whose owners are gone.
 */
@NullMarked
package dev.nauarch.reconcile.cluster;

import org.jspecify.annotations.NullMarked;
