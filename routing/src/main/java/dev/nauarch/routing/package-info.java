/** Pure routing decisions. */
@NullMarked
package dev.nauarch.routing;

import org.jspecify.annotations.NullMarked;
