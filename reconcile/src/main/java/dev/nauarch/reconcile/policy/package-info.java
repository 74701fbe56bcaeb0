/**
 * How many pods may be away at once. Start at {@link
 * dev.nauarch.reconcile.policy.BudgetReconciler}.
 */
@NullMarked
package dev.nauarch.reconcile.policy;

import org.jspecify.annotations.NullMarked;
