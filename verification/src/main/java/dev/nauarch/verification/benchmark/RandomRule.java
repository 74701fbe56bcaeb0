package dev.nauarch.verification.benchmark;

import dev.nauarch.scheduling.share.Room;
import dev.nauarch.scheduling.share.SharingRule;
import dev.nauarch.scheduling.share.Task;
import java.util.SplittableRandom;

/** Any node, and any device that will do. What it says of a node is another thing each time. */
final class RandomRule implements SharingRule {

  private final SplittableRandom random;

  RandomRule(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public Choice choose(Room room, Task task) {
    var device = -1;
    if (task.isPart()) {
      var nth = random.nextInt(room.count(task.thousandths()));
      do {
        device++;
        nth -= room.free(device) >= task.thousandths() ? 1 : 0;
      } while (nth >= 0);
    }
    return new Choice(random.nextInt(Integer.MAX_VALUE), device);
  }
}
