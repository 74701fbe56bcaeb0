/** The controller of DaemonSets: one pod on each node that is to have one. */
@NullMarked
package dev.nauarch.reconcile.daemon;

import org.jspecify.annotations.NullMarked;
