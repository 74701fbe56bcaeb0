/**
 * The patches that carry no ownership: JSON patch, merge patch and strategic merge patch, as pure
 * functions over trees. None changes what it is given. Server-side apply is in {@code apply}.
 */
@NullMarked
package dev.nauarch.apiserver.patch;

import org.jspecify.annotations.NullMarked;
