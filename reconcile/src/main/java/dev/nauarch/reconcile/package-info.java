/** Pure workload controllers. */
@NullMarked
package dev.nauarch.reconcile;

import org.jspecify.annotations.NullMarked;
