/** Proofs that no field is ignored in silence. */
@NullMarked
package dev.nauarch.verification.fields;

import org.jspecify.annotations.NullMarked;
