/** Parts of a cluster in this process, for benchmarks and suites that put the rest to them. */
@NullMarked
package dev.nauarch.verification.server;

import org.jspecify.annotations.NullMarked;
