/**
 * The store over an etcd cluster, through plain gRPC stubs. Start at {@link
 * dev.nauarch.store.etcd.EtcdStore}.
 *
 * <p>One stream of all changes is read for the whole process, and every watch is a position in its
 * latest part. So etcd sends each change once however many watches there are, and progress is known
 * exactly: since every revision changes something, a revision that came says that all before have
 * come, and one that is missing shows that etcd compacted it away. (etcd's own progress
 * notifications, when they are asked for, can overtake events before 3.5.8: its issue 15220.)
 */
@NullMarked
package dev.nauarch.store.etcd;

import org.jspecify.annotations.NullMarked;
