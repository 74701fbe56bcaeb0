/**
 * One object as the server holds it: the bytes under which it is stored, its key, its metadata as a
 * tree, and the selectors that pick it. Start at {@link dev.nauarch.apiserver.object.StoredObject}.
 * Nothing here does IO.
 */
@NullMarked
package dev.nauarch.apiserver.object;

import org.jspecify.annotations.NullMarked;
