/**
 * Layers of images as directories.
 *
 * <p>{@code TarReader} reads an archive, {@code LayerWriter} writes its entries below one directory
 * through {@code Directory}, which names nothing by a path that the kernel could follow out of it.
 */
@NullMarked
package dev.nauarch.nodeagent.image.layer;

import org.jspecify.annotations.NullMarked;
