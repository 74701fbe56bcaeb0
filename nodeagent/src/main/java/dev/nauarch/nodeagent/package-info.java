/**
 * The node agent: runs the pods that are bound to one machine and reports how they do.
 *
 * <p>The decisions about one pod are pure and live in {@code lifecycle}; {@code pod} carries them
 * out over a {@code runtime}, whose port is shaped like CRI; {@code volume} prepares what is
 * mounted; {@code node} registers the machine and keeps its lease; {@code server} answers logs and
 * exec; {@code simulated} stands in for machines that are not there. {@link
 * dev.nauarch.nodeagent.PodNetwork} is the seam to pod networking.
 */
@NullMarked
package dev.nauarch.nodeagent;

import org.jspecify.annotations.NullMarked;
