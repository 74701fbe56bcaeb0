/**
 * What namespaces use of their quotas. Start at {@link
 * dev.nauarch.reconcile.quota.QuotaReconciler}.
 */
@NullMarked
package dev.nauarch.reconcile.quota;

import org.jspecify.annotations.NullMarked;
