/**
 * {@code nau bench}: the figures that users see, measured from outside on a cluster that was
 * started as a user starts it. Start at {@link dev.nauarch.verification.benchmark.Bench}.
 *
 * <p>The load comes from one thread on the same machine, so client and server share its cores. A
 * run in which one answer is not what was asked for has no result.
 */
@NullMarked
package dev.nauarch.verification.benchmark;

import org.jspecify.annotations.NullMarked;
