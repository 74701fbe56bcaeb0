/**
 * A durable store in one directory: an append-only log with group commit, snapshots of it, and the
 * whole state in memory. Start at {@link dev.nauarch.store.embedded.EmbeddedStore}.
 *
 * <h2>What lies in the directory</h2>
 *
 * <ul>
 *   <li>{@code FORMAT}: the version of everything else. A build that does not know it refuses.
 *   <li>{@code LOCK}: held by the process that has the store open.
 *   <li>{@code log-R}: the changes after revision R, up to the R of the next log.
 *   <li>{@code snapshot-R}: every entry at revision R. Logs before it are no longer needed.
 * </ul>
 *
 * <h2>What a crash leaves, and what damage is noticed</h2>
 *
 * <p>Every record carries a CRC32C and how many bytes of its log were flushed when it was written.
 * Recovery reads records up to the first that is not whole. Where a whole record follows which says
 * that the broken place had been flushed, flushed writes are lost: that is reported as {@code
 * CORRUPT} and nothing is changed. Otherwise the broken place is the tail that a crash tore off
 * before it was acknowledged, and is cut. The committer writes such a witness behind every batch
 * that no other follows at once, so that even the last flushed write is vouched for. Damage in a
 * log before the last, in a snapshot, or a missing file is always {@code CORRUPT}. What can't be
 * noticed is that the end of the last log was cut off from outside: a shorter log looks like an
 * older one.
 */
@NullMarked
package dev.nauarch.store.embedded;

import org.jspecify.annotations.NullMarked;
