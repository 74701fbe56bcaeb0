/**
 * Makes the volumes of pods: directories that containers have mounted.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.volume.PodVolumes}. What comes from the API is written
 * by {@link dev.nauarch.nodeagent.volume.AtomicDirectory}, so that a container sees all of an
 * update or none of it.
 */
@NullMarked
package dev.nauarch.nodeagent.volume;

import org.jspecify.annotations.NullMarked;
