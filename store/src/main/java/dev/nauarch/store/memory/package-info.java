/** A store without a disk, for tests, the simulator and throw-away clusters. */
@NullMarked
package dev.nauarch.store.memory;

import org.jspecify.annotations.NullMarked;
