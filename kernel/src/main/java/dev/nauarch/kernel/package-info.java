/**
 * What every decision core shares: the {@link dev.nauarch.kernel.Core} contract, how its commands
 * are carried out, and seeded randomness.
 *
 * <p>{@code live} drives a core by the machine's clock on a thread of its own; {@code virtual}
 * drives the same core through simulated time. Only {@code live} may know threads.
 */
@NullMarked
package dev.nauarch.kernel;

import org.jspecify.annotations.NullMarked;
