/** Tests of benchmarks that measure decisions rather than time. */
@NullMarked
package dev.nauarch.verification.benchmark;

import org.jspecify.annotations.NullMarked;
