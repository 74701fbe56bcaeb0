/** Controllers of nodes: what becomes of pods when their node is lost or gone. */
@NullMarked
package dev.nauarch.reconcile.node;

import org.jspecify.annotations.NullMarked;
