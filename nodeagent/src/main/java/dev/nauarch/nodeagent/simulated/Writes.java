package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ApiException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Writes on virtual threads, so many at a time and no more; who wants another one waits. Writes
 * that are under way together become durable together, so that many of them cost hardly more than
 * one: there is room for what arrives at a busy store while one group of them is written.
 */
final class Writes {
  private static final int AT_ONCE = 512;

  private final Semaphore room = new Semaphore(AT_ONCE);

  /**
   * Has something written.
   *
   * @param done is told whether it is settled: written, or about something that is gone; else it is
   *     to be tried again
   */
  void begin(Runnable action, Consumer<Outcome> done) throws InterruptedException {
    room.acquire();
    Thread.startVirtualThread(
        () -> {
          try {
            done.accept(outcome(action));
          } finally {
            room.release();
          }
        });
  }

  private static Outcome outcome(Runnable action) {
    try {
      action.run();
      return new Outcome(true, "");
    } catch (ApiException e) {
      return switch (e.reason()) {
        case NOT_FOUND, CONFLICT, ALREADY_EXISTS -> new Outcome(true, "");
        default -> new Outcome(false, String.valueOf(e.getMessage()));
      };
    }
  }

  /** Waits until nothing is under way any more. */
  void awaitAll() throws InterruptedException {
    room.acquire(AT_ONCE);
    room.release(AT_ONCE);
  }

  /**
   * What came of a write.
   *
   * @param settled whether nothing is left to do
   * @param fault why it has to be tried again
   */
  record Outcome(boolean settled, String fault) {}
}
