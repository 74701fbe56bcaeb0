/**
 * Controllers of storage: claims are bound to volumes, or have one made on the node that the
 * scheduler chose; volumes are reclaimed; what is in use is not taken away.
 */
@NullMarked
package dev.nauarch.reconcile.storage;

import org.jspecify.annotations.NullMarked;
