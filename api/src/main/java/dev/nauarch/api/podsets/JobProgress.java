package dev.nauarch.api.podsets;

/**
 * How a job is doing.
 *
 * @param active how many of its pods, or of its Jobs, are active
 * @param ready whether all that it wants are ready or have succeeded
 * @param end whether it has ended, and how
 * @param message what it says about its end
 */
public record JobProgress(int active, boolean ready, End end, String message) {

  /** How a job ended. */
  public enum End {
    NONE,
    SUCCEEDED,
    FAILED
  }

  /** Nothing has begun. */
  public static final JobProgress NONE = new JobProgress(0, false, End.NONE, "");
}
