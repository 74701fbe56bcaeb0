/**
 * Decides where pods run and when queued work starts, and says why. Pure: no clock, thread or IO.
 *
 * <p>Start at {@link dev.nauarch.scheduling.SchedulerCore}. {@code model} holds what it decides on,
 * {@code translate} makes that from Kubernetes objects, {@code cluster} keeps the picture of taken
 * places, {@code fit} has the rules and {@code explain} the reasons.
 */
@NullMarked
package dev.nauarch.scheduling;

import org.jspecify.annotations.NullMarked;
