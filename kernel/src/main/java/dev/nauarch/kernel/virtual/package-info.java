/**
 * Drives a core through simulated time: an hour passes as fast as the core decides, and equal seeds
 * give equal runs.
 */
@NullMarked
package dev.nauarch.kernel.virtual;

import org.jspecify.annotations.NullMarked;
