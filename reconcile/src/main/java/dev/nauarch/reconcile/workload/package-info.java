/** Controllers of pods that run until they are no longer wanted: Deployment and ReplicaSet. */
@NullMarked
package dev.nauarch.reconcile.workload;

import org.jspecify.annotations.NullMarked;
