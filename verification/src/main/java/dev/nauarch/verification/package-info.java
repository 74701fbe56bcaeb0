/**
 * Tests of the whole: architecture and gates, end-to-end suites and benchmarks. Nobody imports it.
 */
@NullMarked
package dev.nauarch.verification;

import org.jspecify.annotations.NullMarked;
