/**
 * The scheduler's picture of the cluster: which pods take which places, kept up to date change by
 * change. {@link dev.nauarch.scheduling.cluster.Cluster} is the way in.
 */
@NullMarked
package dev.nauarch.scheduling.cluster;

import org.jspecify.annotations.NullMarked;
