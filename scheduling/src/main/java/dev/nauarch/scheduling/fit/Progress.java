package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Changes;
import java.util.function.IntConsumer;

/** How far an index has followed a list of changes. */
final class Progress {

  private long epoch = -1;
  private int position;

  /** Tells what has changed since the last time: every node once, or that all must be looked at. */
  void follow(Changes changes, Runnable all, IntConsumer one) {
    if (epoch != changes.epoch()) {
      all.run();
    } else {
      for (var i = position; i < changes.size(); i++) {
        one.accept(changes.at(i));
      }
    }
    epoch = changes.epoch();
    position = changes.size();
  }

  /** Begins anew. */
  void reset() {
    epoch = -1;
  }
}
