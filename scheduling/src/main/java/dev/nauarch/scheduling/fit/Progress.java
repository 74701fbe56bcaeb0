package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Changes;
import java.util.function.IntConsumer;

/** How far an index has followed a list of changes. */
final class Progress {

  private long epoch = -1;
  private int position;
  private long storage;

  /**
   * Tells what has changed since the last time: every node once, or that all must be looked at.
   *
   * @param storageVersion what else all depends on; a constant where nothing does
   */
  void follow(Changes changes, long storageVersion, Runnable all, IntConsumer one) {
    if (epoch != changes.epoch() || storage != storageVersion) {
      all.run();
    } else {
      for (var i = position; i < changes.size(); i++) {
        one.accept(changes.at(i));
      }
    }
    epoch = changes.epoch();
    position = changes.size();
    storage = storageVersion;
  }

  /** Begins anew. */
  void reset() {
    epoch = -1;
  }
}
