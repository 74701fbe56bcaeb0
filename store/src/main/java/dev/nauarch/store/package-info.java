/** Revisions, watch, preconditions: core, port and memory adapter. */
@NullMarked
package dev.nauarch.store;

import org.jspecify.annotations.NullMarked;
