/**
 * What pods a job asks for, whatever its kind: one projection for queues, controllers and
 * forecasts.
 */
@NullMarked
package dev.nauarch.api.podsets;

import org.jspecify.annotations.NullMarked;
