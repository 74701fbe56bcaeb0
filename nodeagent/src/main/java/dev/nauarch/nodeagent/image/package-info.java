/**
 * Images on this machine: fetched from registries, unpacked, and kept as long as somebody needs
 * them. Start at {@link dev.nauarch.nodeagent.image.ImageStore}.
 *
 * <p>On disk below one directory: {@code blobs} by digest, {@code ingest} with what is being
 * fetched, {@code layers} with a numbered directory for each layer, {@code chains} that say which
 * number a layer has upon those below it, {@code images} by name, and {@code uses} by who uses
 * them. A file of any of these is there as a whole or not at all, and nothing counts before it is
 * named by one that is: so the process may be killed at any time.
 */
@NullMarked
package dev.nauarch.nodeagent.image;

import org.jspecify.annotations.NullMarked;
