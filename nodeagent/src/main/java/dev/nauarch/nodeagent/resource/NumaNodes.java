package dev.nauarch.nodeagent.resource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A set of a machine's NUMA nodes.
 *
 * @param bits bit n stands for node n, 0 to 63
 */
public record NumaNodes(long bits) {

  /** No node. */
  public static final NumaNodes NONE = new NumaNodes(0);

  /** How many nodes a machine can have here. */
  public static final int MAX = Long.SIZE;

  /**
   * The set of these.
   *
   * @throws IllegalArgumentException where a number is not between 0 and 63
   */
  public static NumaNodes of(Collection<Integer> numbers) {
    var bits = 0L;
    for (var number : numbers) {
      if (number < 0 || number >= MAX) {
        throw new IllegalArgumentException("NUMA node " + number + " is not between 0 and 63");
      }
      bits |= 1L << number;
    }
    return new NumaNodes(bits);
  }

  /** Whether it is one of them. */
  public boolean has(int number) {
    return number >= 0 && number < MAX && (bits & 1L << number) != 0;
  }

  /** How many they are. */
  public int size() {
    return Long.bitCount(bits);
  }

  public boolean isEmpty() {
    return bits == 0;
  }

  /** Those that are in both. */
  public NumaNodes and(NumaNodes other) {
    return new NumaNodes(bits & other.bits);
  }

  /** Those that are in any. */
  public NumaNodes or(NumaNodes other) {
    return new NumaNodes(bits | other.bits);
  }

  public boolean meets(NumaNodes other) {
    return (bits & other.bits) != 0;
  }

  /** Their numbers, in order. */
  public List<Integer> numbers() {
    var numbers = new ArrayList<Integer>(size());
    for (var left = bits; left != 0; left &= left - 1) {
      numbers.add(Long.numberOfTrailingZeros(left));
    }
    return numbers;
  }

  /** Whether these are fewer, or as many with lower numbers. */
  public boolean isNarrowerThan(NumaNodes other) {
    return size() == other.size() ? isLowerThan(other) : size() < other.size();
  }

  /** Whether these have the lower numbers, told by the sets as binary numbers. */
  public boolean isLowerThan(NumaNodes other) {
    return Long.compareUnsigned(bits, other.bits) < 0;
  }

  /** Shows every subset but the empty one, the smaller first, lower numbers first among equals. */
  public void forEachSubset(Consumer<NumaNodes> visitor) {
    var numbers = numbers();
    for (var size = 1; size <= numbers.size(); size++) {
      choose(numbers, 0, size, 0L, visitor);
    }
  }

  private static void choose(
      List<Integer> from, int start, int left, long chosen, Consumer<NumaNodes> visitor) {
    if (left == 0) {
      visitor.accept(new NumaNodes(chosen));
      return;
    }
    for (var i = start; i <= from.size() - left; i++) {
      choose(from, i + 1, left - 1, chosen | 1L << from.get(i), visitor);
    }
  }

  /** As the kernel writes lists, for example {@code 0,2}. */
  @Override
  public String toString() {
    return numbers().stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
