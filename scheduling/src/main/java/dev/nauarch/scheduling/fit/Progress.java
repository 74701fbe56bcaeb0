package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Changes;
import java.util.function.IntConsumer;

/** How far an index has followed a list of changes. */
final class Progress {

  private long epoch = -1;
  private int position;
  private long version;

  /** Tells what has changed since the last time: every node once, or that all must be looked at. */
  void follow(Changes changes, Runnable all, IntConsumer one) {
    follow(changes, 0, all, one);
  }

  /**
   * The same where more than the nodes counts.
   *
   * @param present the version of what else all nodes depend on
   */
  void follow(Changes changes, long present, Runnable all, IntConsumer one) {
    if (epoch != changes.epoch() || version != present) {
      all.run();
    } else {
      for (var i = position; i < changes.size(); i++) {
        one.accept(changes.at(i));
      }
    }
    epoch = changes.epoch();
    position = changes.size();
    version = present;
  }

  /** Begins anew. */
  void reset() {
    epoch = -1;
  }
}
