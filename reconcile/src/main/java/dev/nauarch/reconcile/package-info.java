/**
 * Pure workload controllers: desired state against observed state gives commands.
 *
 * <p>A controller is one class, a {@link dev.nauarch.reconcile.Reconciler}: it says which objects
 * concern it and, for one key and one {@link dev.nauarch.reconcile.Snapshot}, what to do. It keeps
 * no state that it could not do without, and it never learns what happened, only what is. A
 * snapshot may lag behind the cluster; three habits make that safe: children have names that follow
 * from their owner, so that making one twice fails; what is deleted or patched is named by uid or
 * version; and the driver lets a key rest until its own writes have come back.
 */
@NullMarked
package dev.nauarch.reconcile;

import org.jspecify.annotations.NullMarked;
