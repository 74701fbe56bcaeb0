/** Core, seeded randomness, loops. */
@NullMarked
package dev.nauarch.kernel;

import org.jspecify.annotations.NullMarked;
