package dev.nauarch.apiserver.fairness;

/**
 * What a level does with requests beyond its limit.
 *
 * @param response which of the three
 * @param queues how many queues it has; 0 where it has none
 * @param hand how many of them a flow is dealt
 * @param length how many requests may wait in one queue while all seats are taken
 */
public record Shape(Response response, int queues, int hand, int length) {

  /** What becomes of a request that finds no seat. */
  public enum Response {
    /** There is no limit. */
    EXEMPT,
    /** It is refused. */
    REJECT,
    /** It waits. */
    QUEUE
  }

  /** A level without a limit. */
  public static final Shape EXEMPT = new Shape(Response.EXEMPT, 0, 0, 0);

  /** A level where nothing waits. */
  public static final Shape REJECT = new Shape(Response.REJECT, 0, 0, 0);

  /** A level with queues. */
  public static Shape queue(int queues, int hand, int length) {
    return new Shape(Response.QUEUE, queues, hand, length);
  }
}
