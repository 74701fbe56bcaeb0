package dev.nauarch.store.embedded;

import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.StoreException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What a caller's thread waits for while the committer works on it. */
final class PendingRequest {

  /** What the committer is asked for. */
  sealed interface Request {

    /** A write. */
    record Write(Mutation mutation) implements Request {}

    /** A compaction. */
    record Compact(long revision) implements Request {}

    /** To end, after everything that was asked before. */
    record End() implements Request {}
  }

  private final Request request;
  private final Thread caller = Thread.currentThread();
  private @Nullable Outcome outcome;
  private @Nullable StoreException failure;
  private volatile boolean isAnswered;

  PendingRequest(Request request) {
    this.request = request;
  }

  Request request() {
    return request;
  }

  /** Keeps what the caller will be told, should the batch become durable. */
  void prepare(@Nullable Outcome prepared, @Nullable StoreException refusal) {
    outcome = prepared;
    failure = refusal;
  }

  /** Lets the caller go on with what was prepared. */
  void answer() {
    isAnswered = true;
    LockSupport.unpark(caller);
  }

  /** Lets the caller go on with a failure, whatever was prepared. */
  void fail(StoreException reason) {
    prepare(null, reason);
    answer();
  }

  /**
   * Waits for the answer, through interrupts: a write that is under way has an outcome, and the
   * caller must learn it.
   *
   * @return the outcome; null for what has none
   */
  @Nullable Outcome await() {
    boolean wasInterrupted = false;
    while (!isAnswered) {
      LockSupport.park(this);
      wasInterrupted |= Thread.interrupted();
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      // A trace of the committer would tell the caller nothing about the call that failed.
      throw new StoreException(failure.reason(), String.valueOf(failure.getMessage()), failure);
    }
    return outcome;
  }
}
