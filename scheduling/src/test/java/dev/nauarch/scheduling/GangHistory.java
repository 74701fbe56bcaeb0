package dev.nauarch.scheduling;

import dev.nauarch.scheduling.model.PodState;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What model tests of gangs have in common: how changes follow each other. */
final class GangHistory {

  private static final int STEPS = 40;
  private static final int RESTS = 6;

  private GangHistory() {}

  /**
   * Changes that come while others are under way, with crashes between them; then nothing changes
   * any more, and who stops is gone, until all is at rest.
   *
   * @param check runs after each step
   */
  static void disturbed(
      SplittableRandom random, GangCluster cluster, Runnable change, Runnable check) {
    for (var step = 0; step < STEPS; step++) {
      change.run();
      if (random.nextInt(15) == 0) {
        cluster.restart();
      }
      cluster.advance(Duration.ofMillis(random.nextInt(5_000)));
      check.run();
    }
    for (var i = 0; i < RESTS; i++) {
      cluster.settleAll(Duration.ofSeconds(30));
      for (var pod : List.copyOf(cluster.pods.values())) {
        if (pod.stage() == PodState.Stage.ENDING) {
          cluster.delete(pod.key());
        }
      }
      check.run();
    }
  }

  /** Changes each of which has been dealt with before the next, with crashes between them. */
  static void calm(SplittableRandom random, GangCluster cluster, Runnable change, Runnable check) {
    for (var step = 0; step < STEPS; step++) {
      change.run();
      if (random.nextInt(20) == 0) {
        cluster.restart();
      }
      cluster.advance(Duration.ofSeconds(25));
      check.run();
    }
  }
}
