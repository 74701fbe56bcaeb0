/**
 * Why something waits: one dominant reason, its evidence, what it is not, and the smallest changes
 * that would help. Conditions, events, annotations and the command line all print this.
 */
@NullMarked
package dev.nauarch.scheduling.explain;

import org.jspecify.annotations.NullMarked;
