package dev.nauarch.apiserver.fairness;

/**
 * Shuffle sharding: each flow is dealt a hand of the queues of its level, and its requests go to
 * the shortest of them. A flow that fills its own queues meets another flow in few of that one's.
 */
public final class Hand {

  /** The most queues that a level may have. */
  public static final int QUEUES_MAX = 10_000_000;

  /** How many bits of a flow's number may be used up by dealing. */
  public static final int BITS_MAX = 60;

  private static final long MASK = (1L << BITS_MAX) - 1;

  private Hand() {}

  /** Whether the number of a flow has enough bits to deal this many of so many queues. */
  public static boolean isDealt(long queues, long size) {
    return bits(queues, size) <= BITS_MAX;
  }

  /** The bits that dealing uses up, as a whole number. */
  static long bits(long queues, long size) {
    return (long) Math.ceil(Math.log((double) queues) / Math.log(2) * size);
  }

  /**
   * Deals different queues.
   *
   * @param flow the number of the flow
   * @param queues how many there are
   * @param hand takes the indices of queues, in ascending order
   */
  static void deal(long flow, int queues, int[] hand) {
    var left = flow & MASK;
    for (var dealt = 0; dealt < hand.length; dealt++) {
      var choices = queues - dealt;
      var card = (int) (left % choices);
      left /= choices;
      // The card-th of those that are left: those dealt before it, in ascending order, are skipped.
      var at = 0;
      while (at < dealt && hand[at] <= card) {
        card++;
        at++;
      }
      System.arraycopy(hand, at, hand, at + 1, dealt - at);
      hand[at] = card;
    }
  }
}
