package dev.nauarch.nodeagent.resource;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** A set of logical processors, which never changes; in the kernel's notation, {@code 0-3,8}. */
public final class CpuSet {

  /** No processor. */
  public static final CpuSet NONE = new CpuSet(new BitSet());

  private static final int NUMBER_MAX = 1 << 16;

  private final BitSet bits;

  private CpuSet(BitSet bits) {
    this.bits = bits;
  }

  /** The set of these. */
  public static CpuSet of(Collection<Integer> numbers) {
    var bits = new BitSet();
    numbers.forEach(bits::set);
    return new CpuSet(bits);
  }

  /** The set of these. */
  public static CpuSet of(int... numbers) {
    var bits = new BitSet();
    IntStream.of(numbers).forEach(bits::set);
    return new CpuSet(bits);
  }

  /**
   * Reads a list as the kernel writes it.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static CpuSet parse(String list) {
    var bits = new BitSet();
    for (var part : list.strip().split(",", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      var ends = part.strip().split("-", 2);
      try {
        var first = Integer.parseInt(ends[0]);
        var last = ends.length == 1 ? first : Integer.parseInt(ends[1]);
        if (first < 0 || last < first || last >= NUMBER_MAX) {
          throw new NumberFormatException(part);
        }
        bits.set(first, last + 1);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "\"" + list + "\" is no list of processors: \"" + part + "\" is no range like 0-3", e);
      }
    }
    return new CpuSet(bits);
  }

  /** How many they are. */
  public int size() {
    return bits.cardinality();
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  /** Whether it is one of them. */
  public boolean has(int number) {
    return bits.get(number);
  }

  /** Those in any. */
  public CpuSet plus(CpuSet other) {
    var all = (BitSet) bits.clone();
    all.or(other.bits);
    return new CpuSet(all);
  }

  /** Those not in the other. */
  public CpuSet minus(CpuSet other) {
    var rest = (BitSet) bits.clone();
    rest.andNot(other.bits);
    return new CpuSet(rest);
  }

  /** Those in both. */
  public CpuSet and(CpuSet other) {
    var both = (BitSet) bits.clone();
    both.and(other.bits);
    return new CpuSet(both);
  }

  /** Whether some are in both. */
  public boolean meets(CpuSet other) {
    return bits.intersects(other.bits);
  }

  /** Their numbers, in order. */
  public List<Integer> numbers() {
    return bits.stream().boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CpuSet set && set.bits.equals(bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  /** As the kernel writes lists, for example {@code 0-3,8}. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var first = bits.nextSetBit(0); first >= 0; ) {
      var end = bits.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (end - first > 1) {
        text.append('-').append(end - 1);
      }
      first = bits.nextSetBit(end);
    }
    return text.toString();
  }
}
