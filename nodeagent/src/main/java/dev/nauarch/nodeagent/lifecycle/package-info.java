/**
 * Decides what happens to one pod on its node: which container starts, stops or waits, and what the
 * pod's status says. Pure: no clock, thread, file or socket.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.lifecycle.PodCore}. {@link
 * dev.nauarch.nodeagent.lifecycle.ContainerCore} is one container of it, {@link
 * dev.nauarch.nodeagent.lifecycle.PodStatusReport} the words in which the world reads it.
 */
@NullMarked
package dev.nauarch.nodeagent.lifecycle;

import org.jspecify.annotations.NullMarked;
