/**
 * The port to what runs containers on a machine, shaped like CRI.
 *
 * <p>{@link dev.nauarch.nodeagent.runtime.ContainerRuntime} is the port; {@code process} runs host
 * processes. What an implementation can't do it refuses with a {@link
 * dev.nauarch.nodeagent.runtime.RuntimeFault} whose message the pod's owner reads.
 */
@NullMarked
package dev.nauarch.nodeagent.runtime;

import org.jspecify.annotations.NullMarked;
