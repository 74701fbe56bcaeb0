/** Pure scheduling and queue decisions. */
@NullMarked
package dev.nauarch.scheduling;

import org.jspecify.annotations.NullMarked;
