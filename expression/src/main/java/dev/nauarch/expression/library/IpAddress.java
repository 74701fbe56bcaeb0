package dev.nauarch.expression.library;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An IP address. Only plain ones: no zones, no IPv4 inside IPv6, no leading zeros in IPv4.
 *
 * @param family 4 or 6
 * @param bits its 32 or 128 bits as a number
 */
public record IpAddress(int family, BigInteger bits) {

  private static final int GROUPS = 8;

  /** Reads an address; empty for text of another form. */
  public static Optional<IpAddress> parse(String text) {
    return text.contains(":") ? parseSix(text) : parseFour(text);
  }

  private static Optional<IpAddress> parseFour(String text) {
    var parts = split(text, '.');
    var bits = 0L;
    for (var part : parts) {
      if (!isNumber(part, 10, 3) || (part.length() > 1 && part.startsWith("0"))) {
        return Optional.empty();
      }
      var octet = Integer.parseInt(part);
      if (octet > 255) {
        return Optional.empty();
      }
      bits = (bits << 8) | octet;
    }
    return parts.size() == 4
        ? Optional.of(new IpAddress(4, BigInteger.valueOf(bits)))
        : Optional.empty();
  }

  private static Optional<IpAddress> parseSix(String text) {
    var gap = text.indexOf("::");
    List<String> head = split(gap < 0 ? text : text.substring(0, gap), ':');
    List<String> tail = gap < 0 ? List.of() : split(text.substring(gap + 2), ':');
    var missing = GROUPS - head.size() - tail.size();
    if (gap < 0 ? missing != 0 : missing < 1) {
      return Optional.empty();
    }
    var groups = new ArrayList<>(head);
    for (var i = 0; i < missing; i++) {
      groups.add("0");
    }
    groups.addAll(tail);
    var bits = BigInteger.ZERO;
    for (var group : groups) {
      if (!isNumber(group, 16, 4)) {
        return Optional.empty();
      }
      bits = bits.shiftLeft(16).or(BigInteger.valueOf(Integer.parseInt(group, 16)));
    }
    var address = new IpAddress(6, bits);
    var isMappedFour = bits.shiftRight(32).equals(BigInteger.valueOf(0xffff));
    return isMappedFour ? Optional.empty() : Optional.of(address);
  }

  private static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    if (text.isEmpty()) {
      return parts;
    }
    var from = 0;
    for (var at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + 1;
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static boolean isNumber(String text, int radix, int lengthMax) {
    return !text.isEmpty()
        && text.length() <= lengthMax
        && text.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
  }

  /** How many bits an address of the family has. */
  int length() {
    return family == 4 ? 32 : 128;
  }

  /** The leading bits as a number. */
  BigInteger prefix(int count) {
    return bits.shiftRight(length() - count);
  }

  boolean isUnspecified() {
    return bits.signum() == 0;
  }

  boolean isLoopback() {
    return family == 4 ? startsWith(127, 8) : bits.equals(BigInteger.ONE);
  }

  boolean isLinkLocalMulticast() {
    return family == 4
        ? startsWith(0xe00000, 24)
        : prefix(16).and(mask(0xff0f)).equals(mask(0xff02));
  }

  boolean isLinkLocalUnicast() {
    return family == 4 ? startsWith(0xa9fe, 16) : startsWith(0xfe80 >> 6, 10);
  }

  boolean isGlobalUnicast() {
    var isBroadcast = family == 4 && bits.bitCount() == length();
    return !isBroadcast
        && !isUnspecified()
        && !isLoopback()
        && !isMulticast()
        && !isLinkLocalUnicast();
  }

  private boolean isMulticast() {
    return family == 4 ? startsWith(0xe, 4) : startsWith(0xff, 8);
  }

  private boolean startsWith(long value, int count) {
    return prefix(count).equals(BigInteger.valueOf(value));
  }

  private static BigInteger mask(long value) {
    return BigInteger.valueOf(value);
  }

  /** The canonical text: in IPv6 lower case, the longest run of zeros left out. */
  @Override
  public String toString() {
    var groups = new ArrayList<String>();
    var width = family == 4 ? 8 : 16;
    for (var shift = length() - width; shift >= 0; shift -= width) {
      var group = bits.shiftRight(shift).and(BigInteger.valueOf((1L << width) - 1)).intValue();
      groups.add(Integer.toString(group, family == 4 ? 10 : 16).toLowerCase(Locale.ROOT));
    }
    return family == 4 ? String.join(".", groups) : shortened(groups);
  }

  private static String shortened(List<String> groups) {
    var start = 0;
    var length = 0;
    for (var i = 0; i < groups.size(); i++) {
      var end = i;
      while (end < groups.size() && groups.get(end).equals("0")) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (length < 2) {
      return String.join(":", groups);
    }
    return String.join(":", groups.subList(0, start))
        + "::"
        + String.join(":", groups.subList(start + length, groups.size()));
  }
}
