/** Whole clusters, asked over the wire. */
@NullMarked
package dev.nauarch.verification.cluster;

import org.jspecify.annotations.NullMarked;
