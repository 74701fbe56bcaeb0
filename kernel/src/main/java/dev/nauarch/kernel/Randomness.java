package dev.nauarch.kernel;

import java.util.Collections;
import java.util.List;

/**
 * A seeded source of chance: the same seed gives the same numbers on every machine and JDK.
 *
 * <p>The algorithm is SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014). It is not for secrets. One thread uses it at a time.
 */
public final class Randomness {
  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

  private final long seed;
  private long state;

  public Randomness(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /**
   * An independent source for a part of the system. It depends on the seed and the name alone, so
   * that a part which draws more numbers changes nothing for the others.
   */
  public Randomness fork(String name) {
    long forked = mixed(seed + GOLDEN_GAMMA);
    for (int i = 0; i < name.length(); i++) {
      forked = mixed(forked * 31 + name.charAt(i) + GOLDEN_GAMMA);
    }
    return new Randomness(forked);
  }

  /** Any long, each as likely. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mixed(state);
  }

  /** An integer from 0 to below the bound, each as likely. */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("no integer lies between 0 and " + bound);
    }
    // Of 2^32 values the last few would favour small numbers; they are drawn again.
    long fair = (1L << 32) - (1L << 32) % bound;
    long drawn;
    do {
      drawn = nextLong() >>> 32;
    } while (drawn >= fair);
    return (int) (drawn % bound);
  }

  /** True in so many of a million cases. */
  public boolean chance(int perMillion) {
    return nextInt(1_000_000) < perMillion;
  }

  /** One of the choices, each as likely. */
  public <T> T pick(List<T> choices) {
    return choices.get(nextInt(choices.size()));
  }

  /** Puts a list that may be changed into an order of chance. */
  public void shuffle(List<?> list) {
    for (int i = list.size(); i > 1; i--) {
      Collections.swap(list, i - 1, nextInt(i));
    }
  }

  private static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
