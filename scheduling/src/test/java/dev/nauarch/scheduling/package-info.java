/** Scenarios and properties of the scheduling cores. */
@NullMarked
package dev.nauarch.scheduling;

import org.jspecify.annotations.NullMarked;
