/**
 * Quota and queues: what jobs ask for, what queues grant, and in which order. The admission itself,
 * which also needs to know where pods fit, is the scheduler core's.
 */
@NullMarked
package dev.nauarch.scheduling.queue;

import org.jspecify.annotations.NullMarked;
