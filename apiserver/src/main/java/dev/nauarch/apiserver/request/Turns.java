package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import java.util.List;

/** Has requests take turns when there are more of them than can be answered at once. */
public interface Turns {

  /** What becomes of a request. */
  sealed interface Outcome permits Turn, Refused, NotNow {}

  /** The request may be answered. Whoever got a turn ends it, once or more often. */
  non-sealed interface Turn extends Outcome {

    /** What the answer says of it. */
    List<Response.Header> headers();

    /** The request needs nothing of the server any more. */
    void end();

    /** The answer begins to be written piece by piece, or is over. */
    default void streaming(boolean isGoingOn) {
      // Most of those who are answered are not looked at for so long.
    }
  }

  /**
   * There are too many requests.
   *
   * @param headers what the answer says of it
   */
  record Refused(List<Response.Header> headers) implements Outcome {}

  /** The request would have to wait on a thread that may not. */
  record NotNow() implements Outcome {}

  /** The turn of a request that nobody counts. */
  Turn FREE =
      new Turn() {
        @Override
        public List<Response.Header> headers() {
          return List.of();
        }

        @Override
        public void end() {
          // Nothing was taken.
        }
      };

  /** Lets everybody pass. */
  Turns NONE = (user, wanted, query, mayWait) -> FREE;

  /**
   * Waits for a request's turn.
   *
   * @param user who sends it
   * @param wanted what it wants
   * @param query its parameters
   * @param mayWait whether the calling thread may wait
   */
  Outcome take(User user, Attributes wanted, Query query, boolean mayWait);
}
