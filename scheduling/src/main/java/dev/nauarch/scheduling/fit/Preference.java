package dev.nauarch.scheduling.fit;

/** Something by which the nodes that are possible for one pod are compared with each other. */
interface Preference {

  /** How much it counts. */
  int weight();

  /**
   * What each of these nodes is worth, 0 to 100 in thousandths.
   *
   * @param nodes the numbers of the possible nodes
   * @param count so many of them
   * @param worth gets what they are worth, in the same order
   */
  void compare(int[] nodes, int count, long[] worth);

  /** The most that a node is worth. */
  long MOST = 100_000;

  /** Makes of numbers, of which larger is better, what nodes are worth: all of it, or nothing. */
  static void scale(int count, long[] worth) {
    var least = Long.MAX_VALUE;
    var most = Long.MIN_VALUE;
    for (var i = 0; i < count; i++) {
      least = Math.min(least, worth[i]);
      most = Math.max(most, worth[i]);
    }
    var range = Math.max(1, most - least);
    if (range >= count) {
      for (var i = 0; i < count; i++) {
        worth[i] = MOST * (worth[i] - least) / range;
      }
      return;
    }
    // Few numbers are divided once each, for dividing costs most here.
    var scaled = new long[(int) range + 1];
    for (var i = 0; i < scaled.length; i++) {
      scaled[i] = MOST * i / range;
    }
    for (var i = 0; i < count; i++) {
      worth[i] = scaled[(int) (worth[i] - least)];
    }
  }
}
