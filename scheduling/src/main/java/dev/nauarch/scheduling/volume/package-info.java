/**
 * Which volumes the claims of a pod can have on which nodes, which of them are given away, and how
 * many a node can have attached. What was decided counts as given until it is seen so, or is known
 * not to have been written.
 */
@NullMarked
package dev.nauarch.scheduling.volume;

import org.jspecify.annotations.NullMarked;
