package dev.nauarch.scheduling.cluster;

import java.util.Arrays;

/**
 * The numbers of the nodes that changed, one after the other. Who follows them remembers how far;
 * when the list has grown too long it begins a new epoch, and followers look at all nodes again.
 */
public final class Changes {

  private static final int LIMIT = 100_000;

  private int[] numbers = new int[64];
  private int size;
  private long epoch;

  Changes() {}

  void note(int number) {
    if (size == LIMIT) {
      size = 0;
      epoch++;
    }
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.min(LIMIT, 2 * size));
    }
    numbers[size++] = number;
  }

  /** Any node may have changed. */
  void noteAll() {
    size = 0;
    epoch++;
  }

  /** Changes when positions have lost their meaning. */
  public long epoch() {
    return epoch;
  }

  /** The present end. */
  public int size() {
    return size;
  }

  /** The node that changed at a position, which is at least 0 and before the end. */
  public int at(int position) {
    return numbers[position];
  }
}
