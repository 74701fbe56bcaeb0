/**
 * Drives a core by the machine's clock, on a virtual thread of its own. The one place of this
 * module that knows threads.
 */
@NullMarked
package dev.nauarch.kernel.live;

import org.jspecify.annotations.NullMarked;
