/** The suites of {@code ./nau test interop}: programs of others against a real cluster. */
@NullMarked
package dev.nauarch.verification.interop;

import org.jspecify.annotations.NullMarked;
