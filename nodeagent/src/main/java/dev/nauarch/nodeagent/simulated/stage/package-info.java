/**
 * Decides what happens to a pod that is only played: a script of stages says when its containers
 * start, become ready, end or can't be started, and {@link
 * dev.nauarch.nodeagent.lifecycle.PodCore}, which also runs real pods, makes of that what a node
 * would. Pure.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.simulated.stage.PlayedPod}. {@link
 * dev.nauarch.nodeagent.simulated.stage.Stage} is what a script is made of, {@link
 * dev.nauarch.nodeagent.simulated.stage.StageFile} and {@link
 * dev.nauarch.nodeagent.simulated.stage.PodWishes} are where stages come from.
 */
@NullMarked
package dev.nauarch.nodeagent.simulated.stage;

import org.jspecify.annotations.NullMarked;
