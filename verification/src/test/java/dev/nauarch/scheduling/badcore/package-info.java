/** What the rules of the cores must catch. */
@NullMarked
package dev.nauarch.scheduling.badcore;

import org.jspecify.annotations.NullMarked;
