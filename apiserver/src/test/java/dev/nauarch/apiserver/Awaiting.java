package dev.nauarch.apiserver;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread brings about. */
public final class Awaiting {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Awaiting() {}

  /**
   * Waits until something holds.
   *
   * @param otherwise what is wrong where it does not hold within thirty seconds
   */
  public static void await(String otherwise, Callable<Boolean> until) throws Exception {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!until.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(otherwise);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
