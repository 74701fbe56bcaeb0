/**
 * Devices shared without leaving pieces that nobody can use. {@link
 * dev.nauarch.scheduling.share.ForesightRule} is what the scheduler goes by; {@link
 * dev.nauarch.scheduling.share.FgdRule} and {@link dev.nauarch.scheduling.share.BestFitRule} are
 * what it is measured against.
 */
@NullMarked
package dev.nauarch.scheduling.share;

import org.jspecify.annotations.NullMarked;
