/** Durable store in one directory. */
@NullMarked
package dev.nauarch.store.embedded;

import org.jspecify.annotations.NullMarked;
