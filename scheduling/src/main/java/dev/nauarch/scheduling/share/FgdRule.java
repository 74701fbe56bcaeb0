package dev.nauarch.scheduling.share;

/**
 * Fragmentation Gradient Descent (USENIX ATC 2023): the node and the device on which the least
 * {@link Fragmentation} is added. As in the simulator that the paper's figures are of, the
 * difference in devices goes through a logistic curve and becomes an integer of 0 to 100.
 */
public final class FgdRule implements SharingRule {

  private static final int SCORE_MAX = 100;

  private final Mix mix;

  /** For pods that come in this mix. */
  public FgdRule(Mix mix) {
    this.mix = mix;
  }

  @Override
  public Choice choose(Room room, Task task) {
    var before = Fragmentation.of(room, mix);
    if (!task.isPart()) {
      return new Choice(score(before, room.after(task, -1)), -1);
    }
    var best = new Choice(-1, -1);
    for (var i = 0; i < room.devices(); i++) {
      if (room.free(i) >= task.thousandths()) {
        var score = score(before, room.after(task, i));
        best = score > best.score() ? new Choice(score, i) : best;
      }
    }
    return best;
  }

  private int score(double before, Room after) {
    var saved = (before - Fragmentation.of(after, mix)) / Task.WHOLE;
    return (int) (SCORE_MAX / (1 + StrictMath.exp(-saved)));
  }
}
