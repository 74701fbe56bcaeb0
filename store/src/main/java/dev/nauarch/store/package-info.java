/**
 * The port of a revisioned key-value store: {@link dev.nauarch.store.Store} and what it takes and
 * gives. Start there.
 *
 * <p>{@code history} beneath is the pure core, {@code live} the one place with threads, and {@code
 * memory} the adapter without a disk. The adapters that endure are modules of their own; all of
 * them pass the same contract suite, which stands among this module's tests.
 */
@NullMarked
package dev.nauarch.store;

import org.jspecify.annotations.NullMarked;
