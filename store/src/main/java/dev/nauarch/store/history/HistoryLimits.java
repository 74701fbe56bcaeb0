package dev.nauarch.store.history;

/**
 * How much of the past a store keeps when nobody compacts it. What goes beyond is compacted away.
 *
 * @param eventsMax how many of the latest changes a watch can resume from; at least 1
 * @param supersededBytesMax how many bytes of replaced and deleted values are kept; at least 1
 */
public record HistoryLimits(int eventsMax, long supersededBytesMax) {

  /** What a cluster of some thousand pods needs to let a watcher be away for minutes. */
  public static final HistoryLimits DEFAULT = new HistoryLimits(100_000, 128L << 20);

  public HistoryLimits {
    if (eventsMax < 1 || supersededBytesMax < 1) {
      throw new IllegalArgumentException(
          "a history needs room, got " + eventsMax + " events, " + supersededBytesMax + " bytes");
    }
  }
}
