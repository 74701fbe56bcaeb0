package dev.nauarch.store.embedded;

import dev.nauarch.store.history.Snapshot;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots, one at a time, each in a thread of its own beside the committer: a snapshot of
 * the history never changes, so that nobody has to wait.
 */
final class Snapshotter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);

  private final StoreDirectory directory;
  private volatile long lastBytes;
  private volatile boolean isCancelled;
  private @Nullable Thread running;
  private long postponedUntilBytes;

  Snapshotter(StoreDirectory directory, long lastBytes) {
    this.directory = directory;
    this.lastBytes = lastBytes;
  }

  /** Whether a log of this size calls for a snapshot, and none is being written. */
  boolean isDue(long logBytes, long logBytesMax) {
    boolean isRunning = running != null && running.isAlive();
    return !isRunning && logBytes > Math.max(Math.max(logBytesMax, lastBytes), postponedUntilBytes);
  }

  /** Puts the next snapshot off until the log is twice as long. */
  void postpone(long logBytes) {
    postponedUntilBytes = 2 * logBytes;
  }

  /** Starts to write a snapshot; the log after its revision has begun already. */
  void start(Snapshot state) {
    postponedUntilBytes = 0;
    isCancelled = false;
    running = Thread.ofPlatform().name("store-snapshot").daemon().start(() -> write(state));
  }

  @Override
  public void close() {
    giveUp();
  }

  /**
   * Gives up a snapshot under way, and waits until nothing is left of it.
   *
   * @return whether one was begun since the last time, and so may have held room on the disk
   */
  boolean giveUp() {
    Thread waitedFor = running;
    if (waitedFor == null) {
      return false;
    }
    running = null;
    isCancelled = true;
    boolean wasInterrupted = false;
    while (waitedFor.isAlive()) {
      try {
        waitedFor.join();
      } catch (InterruptedException interrupted) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private void write(Snapshot state) {
    try {
      long bytes = SnapshotFile.write(directory, state, () -> isCancelled);
      if (bytes > 0) {
        lastBytes = bytes;
        directory.removeBefore(state.revision());
      }
    } catch (IOException failure) {
      LOG.warn(
          "No snapshot of {} at revision {} was written; its logs are kept",
          directory.path(),
          state.revision(),
          failure);
    }
  }
}
