/**
 * Containers by a runtime that speaks CRI v1 on a socket of this machine, for example containerd.
 *
 * <p>{@link dev.nauarch.nodeagent.runtime.cri.CriRuntime} is the runtime. What goes over the wire
 * is made by {@code Requests} and read by {@code Answers}, both pure; {@code Exits} tells of
 * containers that end.
 */
@NullMarked
package dev.nauarch.nodeagent.runtime.cri;

import org.jspecify.annotations.NullMarked;
