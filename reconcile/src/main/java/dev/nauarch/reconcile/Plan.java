package dev.nauarch.reconcile;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a controller wants done about one key.
 *
 * @param commands in this order
 * @param wakeAt when to look again even if nothing changes
 */
public record Plan(List<Command> commands, Optional<Instant> wakeAt) {

  /** All is well. */
  public static final Plan NOTHING = new Plan(List.of(), Optional.empty());

  /** Copies the commands. */
  public Plan {
    commands = List.copyOf(commands);
  }
}
