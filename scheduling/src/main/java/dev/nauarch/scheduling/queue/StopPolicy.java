package dev.nauarch.scheduling.queue;

/** Whether a queue lets work through. */
public enum StopPolicy {
  /** It does. */
  NONE,
  /** Nothing new starts. */
  HOLD,
  /** Nothing new starts, and what runs is stopped. */
  HOLD_AND_DRAIN;

  /** The policy of this Kubernetes word; empty and unknown ones let work through. */
  public static StopPolicy of(String word) {
    return switch (word) {
      case "Hold" -> HOLD;
      case "HoldAndDrain" -> HOLD_AND_DRAIN;
      default -> NONE;
    };
  }
}
