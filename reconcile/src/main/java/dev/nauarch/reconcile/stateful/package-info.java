/** The controller of StatefulSets: pods with a place, a name and volumes that stay theirs. */
@NullMarked
package dev.nauarch.reconcile.stateful;

import org.jspecify.annotations.NullMarked;
