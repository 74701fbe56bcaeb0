package dev.nauarch.nodeagent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about. */
public final class Awaiting {

  private Awaiting() {}

  /**
   * Waits until something holds.
   *
   * @param otherwise what is wrong where it does not hold within twenty seconds
   */
  public static void await(String otherwise, BooleanSupplier until) throws InterruptedException {
    var deadline = Instant.now().plusSeconds(20);
    while (!until.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(deadline), otherwise);
      Thread.sleep(5);
    }
  }
}
