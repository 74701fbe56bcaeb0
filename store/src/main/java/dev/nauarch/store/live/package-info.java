/**
 * The live side of a store that keeps its history in memory: the published snapshot and the threads
 * that follow it for watchers. Adapters build on {@link dev.nauarch.store.live.LiveHistory}.
 */
@NullMarked
package dev.nauarch.store.live;

import org.jspecify.annotations.NullMarked;
