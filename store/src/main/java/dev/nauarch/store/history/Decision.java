package dev.nauarch.store.history;

import dev.nauarch.store.Outcome;
import dev.nauarch.store.StoreEvent;

/** What a mutation leads to, before anything has changed. */
public sealed interface Decision {

  /**
   * The precondition holds.
   *
   * @param event the fact to make durable and then to apply
   */
  record Change(StoreEvent event) implements Decision {

    /** What the writer is told once the change is durable. */
    public Outcome outcome() {
      return new Outcome.Committed(event.revision(), event.previous());
    }
  }

  /**
   * The precondition does not hold.
   *
   * @param outcome what the writer is told
   */
  record Refusal(Outcome.Conflict outcome) implements Decision {}
}
