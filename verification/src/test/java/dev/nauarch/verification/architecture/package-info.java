/** Rules over the source tree and the build, and the proof that each one bites. */
@NullMarked
package dev.nauarch.verification.architecture;

import org.jspecify.annotations.NullMarked;
