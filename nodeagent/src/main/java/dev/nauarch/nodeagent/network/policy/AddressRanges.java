package dev.nauarch.nodeagent.network.policy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Addresses of one family as ranges that do not touch, in order. Pure.
 *
 * @param ranges from the first address of each to its last
 */
record AddressRanges(List<Range> ranges) {
  private static final BigInteger ONE = BigInteger.ONE;

  /** A range of addresses as numbers, both ends in it. */
  record Range(BigInteger first, BigInteger last, int bytes) {

    /** The range of a text like {@code 10.0.0.0/8}. */
    static Range of(String cidr) {
      var slash = cidr.indexOf('/');
      var bytes = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
      var free = bytes.length * 8 - Integer.parseInt(cidr.substring(slash + 1));
      var first = new BigInteger(1, bytes).shiftRight(free).shiftLeft(free);
      return new Range(first, first.add(ONE.shiftLeft(free)).subtract(ONE), bytes.length);
    }

    private boolean isApart(Range other) {
      return last.compareTo(other.first) < 0 || other.last.compareTo(first) < 0;
    }

    /** As nftables takes it. */
    String text() {
      return first.equals(last)
          ? address(first, bytes)
          : address(first, bytes) + "-" + address(last, bytes);
    }

    private static String address(BigInteger number, int bytes) {
      var raw = number.toByteArray();
      var exact = new byte[bytes];
      for (var i = 1; i <= Math.min(bytes, raw.length); i++) {
        exact[bytes - i] = raw[raw.length - i];
      }
      try {
        return InetAddress.getByAddress(exact).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalStateException(bytes + " bytes are an address", e);
      }
    }
  }

  /** All addresses of one range but those of others. */
  static AddressRanges of(String cidr, List<String> excepted) {
    var left = List.of(Range.of(cidr));
    for (var out : excepted) {
      var without = new ArrayList<Range>();
      left.forEach(range -> cut(without, range, Range.of(out)));
      left = without;
    }
    return new AddressRanges(List.copyOf(left));
  }

  private static void cut(List<Range> into, Range range, Range out) {
    if (range.isApart(out)) {
      into.add(range);
      return;
    }
    if (range.first.compareTo(out.first) < 0) {
      into.add(new Range(range.first, out.first.subtract(ONE), range.bytes));
    }
    if (range.last.compareTo(out.last) > 0) {
      into.add(new Range(out.last.add(ONE), range.last, range.bytes));
    }
  }

  /** The addresses of both. */
  AddressRanges and(AddressRanges other) {
    var all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    all.sort(Comparator.comparing(Range::first).thenComparing(Range::last));
    var merged = new ArrayList<Range>();
    for (var range : all) {
      var last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && range.first.compareTo(last.last.add(ONE)) <= 0) {
        merged.set(
            merged.size() - 1, new Range(last.first, last.last.max(range.last), range.bytes));
      } else {
        merged.add(range);
      }
    }
    return new AddressRanges(merged);
  }

  /** Whether an address is among these. */
  boolean has(String address) {
    var bytes = InetAddress.ofLiteral(address).getAddress();
    var number = new BigInteger(1, bytes);
    return ranges.stream()
        .anyMatch(
            range ->
                range.bytes == bytes.length
                    && !range.isApart(new Range(number, number, bytes.length)));
  }

  /** As nftables takes them. */
  List<String> texts() {
    return ranges.stream().map(Range::text).toList();
  }
}
