package dev.nauarch.scheduling.badcore;

import java.io.File;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Commits every sin that the rules of the cores know; it is never run. */
public final class BadCore {

  /** Reads the clock, by a call and by a method reference. */
  public List<Object> clocks() {
    Supplier<Instant> later = Instant::now;
    return List.of(Instant.now(), later);
  }

  /** Draws lots, and depends on the order of unordered collections. */
  public List<Object> chance(Map<String, String> map) {
    return List.of(new Random(), Set.of("a", "b"), Map.copyOf(map));
  }

  /** Looks at the machine. */
  public List<Object> machine() {
    return List.of(Optional.ofNullable(System.getenv("HOME")), new File("/").exists());
  }
}
