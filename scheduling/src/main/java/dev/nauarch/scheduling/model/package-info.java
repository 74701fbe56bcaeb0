/**
 * The small immutable projections that scheduling decides on: what a node offers, what a pod asks
 * for, what a gang needs. Resources are integers: thousandths of a core, bytes, whole devices.
 */
@NullMarked
package dev.nauarch.scheduling.model;

import org.jspecify.annotations.NullMarked;
