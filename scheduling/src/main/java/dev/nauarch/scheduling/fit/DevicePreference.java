package dev.nauarch.scheduling.fit;

/** Which of the alternatives that a claim of devices lists a node has; the earlier the better. */
record DevicePreference(ClaimRules claims) implements Preference {

  private static final int WEIGHT = 2;

  @Override
  public int weight() {
    return WEIGHT;
  }

  @Override
  public void compare(int[] nodes, int count, long[] worth) {
    for (var i = 0; i < count; i++) {
      worth[i] = claims.rank(nodes[i]);
    }
    Preference.scale(count, worth);
  }
}
