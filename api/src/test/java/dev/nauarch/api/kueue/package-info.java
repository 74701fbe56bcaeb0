/** Contracts of the queue kinds' models. */
@NullMarked
package dev.nauarch.api.kueue;

import org.jspecify.annotations.NullMarked;
