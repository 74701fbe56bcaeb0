/**
 * Containers as process trees of this machine.
 *
 * <p>A container is started by a small shell program, {@code shim.sh}, which outlives the agent: it
 * keeps the ends of the container's output pipes open and writes down the exit code. {@code
 * enter.sh} runs inside the new namespaces, makes the mounts and becomes the container's program.
 * The agent hears of output and of the end through named pipes, all watched by one thread. Start at
 * {@link dev.nauarch.nodeagent.runtime.process.ProcessRuntime}.
 */
@NullMarked
package dev.nauarch.nodeagent.runtime.process;

import org.jspecify.annotations.NullMarked;
