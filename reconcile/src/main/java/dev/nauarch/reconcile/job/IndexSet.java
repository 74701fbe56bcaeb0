package dev.nauarch.reconcile.job;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Completion indexes, written as {@code 1,3-5,7}. Changed only while it is built. */
final class IndexSet {

  private final BitSet bits = new BitSet();

  /** The indexes of a text that are below a limit. */
  static IndexSet parse(@Nullable String text, int limit) {
    var result = new IndexSet();
    if (text == null || text.isEmpty()) {
      return result;
    }
    for (var part : text.split(",", -1)) {
      var dash = part.indexOf('-');
      var first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      var last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
      if (first < limit) {
        result.bits.set(first, Math.min(last, limit - 1) + 1);
      }
    }
    return result;
  }

  void add(int index) {
    bits.set(index);
  }

  boolean contains(int index) {
    return bits.get(index);
  }

  int size() {
    return bits.cardinality();
  }

  /** How many indexes are in both. */
  int common(IndexSet other) {
    var both = (BitSet) bits.clone();
    both.and(other.bits);
    return both.cardinality();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int first = bits.nextSetBit(0); first >= 0; ) {
      var end = bits.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (end - first > 1) {
        text.append(end - first == 2 ? ',' : '-').append(end - 1);
      }
      first = bits.nextSetBit(end);
    }
    return text.toString();
  }
}
