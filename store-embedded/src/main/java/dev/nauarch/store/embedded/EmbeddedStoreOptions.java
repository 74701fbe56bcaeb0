package dev.nauarch.store.embedded;

import dev.nauarch.store.history.HistoryLimits;
import java.time.Duration;

/**
 * The limits of an embedded store.
 *
 * @param history how much of the past is kept
 * @param progressInterval how often a watcher with no events of its own hears of progress
 * @param queueLimit how many writes may wait for the committer; one more waits to get in
 * @param logBytesMax the size of log at which a snapshot begins; where the last snapshot is larger,
 *     its size holds, so that all snapshots together cost no more than the log
 */
public record EmbeddedStoreOptions(
    HistoryLimits history, Duration progressInterval, int queueLimit, long logBytesMax) {

  public static final EmbeddedStoreOptions DEFAULT =
      new EmbeddedStoreOptions(HistoryLimits.DEFAULT, Duration.ofSeconds(1), 4_096, 64L << 20);

  public EmbeddedStoreOptions {
    if (queueLimit < 1 || logBytesMax < 1 || !progressInterval.isPositive()) {
      throw new IllegalArgumentException(
          "limits must be positive, got queue "
              + queueLimit
              + ", log bytes "
              + logBytesMax
              + ", progress interval "
              + progressInterval);
    }
  }
}
