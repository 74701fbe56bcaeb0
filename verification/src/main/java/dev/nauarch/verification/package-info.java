/** Architecture tests, end-to-end, benchmarks. */
@NullMarked
package dev.nauarch.verification;

import org.jspecify.annotations.NullMarked;
