/** Vocabulary and resource catalog. */
@NullMarked
package dev.nauarch.api;

import org.jspecify.annotations.NullMarked;
