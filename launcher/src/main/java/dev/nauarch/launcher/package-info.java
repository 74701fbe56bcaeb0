/** Mains and wiring. */
@NullMarked
package dev.nauarch.launcher;

import org.jspecify.annotations.NullMarked;
