/**
 * Stands in for machines that are not there: many nodes in one process, whose pods go through the
 * stages of a life without running anything. Such a node is always labelled {@code
 * nauarch.dev/simulated=true}.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.simulated.SimulatedNodes}; what a pod does next is
 * decided by the pure {@link dev.nauarch.nodeagent.simulated.stage.PlayedPod}.
 */
@NullMarked
package dev.nauarch.nodeagent.simulated;

import org.jspecify.annotations.NullMarked;
