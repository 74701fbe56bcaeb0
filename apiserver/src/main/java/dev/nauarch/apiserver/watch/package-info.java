/**
 * What the server remembers of the store, and the streams of changes that it feeds. One
 * subscription to the store feeds an immutable snapshot and a window of recent changes per
 * resource; LIST reads the snapshots, every watch has a bounded {@link
 * dev.nauarch.apiserver.watch.WatchChannel} that the subscription fills. Start at {@link
 * dev.nauarch.apiserver.watch.WatchCache}.
 */
@NullMarked
package dev.nauarch.apiserver.watch;

import org.jspecify.annotations.NullMarked;
