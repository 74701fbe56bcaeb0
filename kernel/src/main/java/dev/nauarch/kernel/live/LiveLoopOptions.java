package dev.nauarch.kernel.live;

/**
 * The limits of a live loop.
 *
 * @param inboxLimit how many events may wait; whoever offers one more waits too
 * @param batchLimit how many waiting events the core is told at once; due timers come on top
 */
public record LiveLoopOptions(int inboxLimit, int batchLimit) {

  public static final LiveLoopOptions DEFAULT = new LiveLoopOptions(16_384, 4_096);

  public LiveLoopOptions {
    if (inboxLimit < 1 || batchLimit < 1) {
      throw new IllegalArgumentException(
          "a loop needs room, got inbox " + inboxLimit + " and batch " + batchLimit);
    }
  }
}
