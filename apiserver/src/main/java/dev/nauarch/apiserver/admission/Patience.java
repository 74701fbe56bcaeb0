package dev.nauarch.apiserver.admission;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits a moment for what a controller is about to write. */
final class Patience {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Patience() {}

  /** Looks again and again until something is found or the time is over. */
  static <T> Optional<T> find(Supplier<Optional<T>> look, Duration longest) {
    var found = look.get();
    for (var left = longest; found.isEmpty() && left.isPositive(); left = left.minus(PAUSE)) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return found;
      }
      found = look.get();
    }
    return found;
  }
}
