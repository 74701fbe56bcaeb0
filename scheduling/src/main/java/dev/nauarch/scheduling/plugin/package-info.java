/**
 * What a plug-in of one's own for the scheduler implements. Nothing here changes without need:
 * others compile against it. It imports nothing of ours.
 *
 * <p>Start with {@link dev.nauarch.scheduling.plugin.SchedulerPlugin}.
 */
@NullMarked
package dev.nauarch.scheduling.plugin;

import org.jspecify.annotations.NullMarked;
