/**
 * The pure core of a store: what every key held at every revision that is still known.
 *
 * <p>Start at {@link dev.nauarch.store.history.Snapshot}. A snapshot never changes: a write makes
 * the next one, which shares almost all of its structure with the last. So a reader needs no lock,
 * and a batch that could not be made durable is undone by forgetting it.
 *
 * <p>No thread, lock, clock or file may be imported here.
 */
@NullMarked
package dev.nauarch.store.history;

import org.jspecify.annotations.NullMarked;
