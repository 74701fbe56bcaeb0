/**
 * Carries out what is decided about pods: one virtual thread per pod drives its {@code PodCore},
 * and whatever takes time runs beside it.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.pod.PodWorkers}, which has one {@link
 * dev.nauarch.nodeagent.pod.PodWorker} per pod of the node.
 */
@NullMarked
package dev.nauarch.nodeagent.pod;

import org.jspecify.annotations.NullMarked;
