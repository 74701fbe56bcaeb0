package dev.nauarch.apiserver.object;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses and ranges as Kubernetes wants them in what is new: in one form only. Every method
 * gives what it says of a text that breaks its rule, or nothing.
 */
public final class Addresses {

  private static final String NO_ADDRESS =
      "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
  private static final String NO_RANGE =
      "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
  private static final Pattern IPV4 = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){3}");
  private static final Pattern BITS = Pattern.compile("\\d{1,5}");
  private static final int IPV4_BYTES = 4;

  /**
   * A text that may be read as an address.
   *
   * @param bytes the address
   * @param hasZeros whether it has zeros in front of numbers
   * @param isMapped whether it is an IPv4 address in the form of an IPv6 one
   */
  private record Parsed(byte[] bytes, boolean hasZeros, boolean isMapped) {}

  /** A range: its first address and how many of its bits are fixed. */
  private record Range(Parsed address, int bits, boolean hasZeros) {}

  private Addresses() {}

  /** An address without doubtful forms. */
  public static Optional<String> strictAddress(String text) {
    var parsed = parse(text);
    if (parsed.isEmpty()) {
      return Optional.of(NO_ADDRESS);
    }
    if (parsed.get().hasZeros) {
      return Optional.of("must not have leading 0s");
    }
    return parsed.get().isMapped
        ? Optional.of("must not be an IPv4-mapped IPv6 address")
        : Optional.empty();
  }

  /** An address in the one form that it has. */
  public static Optional<String> canonicalAddress(String text) {
    var wrong = strictAddress(text);
    if (wrong.isPresent()) {
      return wrong;
    }
    var canonical = text(parse(text).orElseThrow().bytes);
    return canonical.equals(text)
        ? Optional.empty()
        : Optional.of("must be in canonical form (\"" + canonical + "\")");
  }

  /** A range without doubtful forms. */
  public static Optional<String> strictRange(String text) {
    var range = range(text);
    if (range.isEmpty()) {
      return Optional.of(NO_RANGE);
    }
    var address = range.get().address;
    if (address.hasZeros || range.get().hasZeros) {
      return Optional.of("must not have leading 0s in IP or prefix length");
    }
    if (address.isMapped) {
      return Optional.of("must not have an IPv4-mapped IPv6 address");
    }
    return Arrays.equals(address.bytes, masked(range.get()))
        ? Optional.empty()
        : Optional.of("must not have bits set beyond the prefix length");
  }

  /** A range in the one form that it has. */
  public static Optional<String> canonicalRange(String text) {
    var wrong = strictRange(text);
    if (wrong.isPresent()) {
      return wrong;
    }
    var canonical = canonical(text);
    return canonical.equals(text)
        ? Optional.empty()
        : Optional.of("must be in canonical form (\"" + canonical + "\")");
  }

  /**
   * The one form of a range.
   *
   * @throws java.util.NoSuchElementException if the text is none
   */
  public static String canonical(String range) {
    var parsed = range(range).orElseThrow();
    return text(masked(parsed)) + "/" + parsed.bits;
  }

  /** What is to be said of a range that is right and written in an unusual way. */
  public static Optional<String> unusualRange(String text) {
    return range(text)
        .map(range -> canonical(text))
        .filter(canonical -> text.indexOf(':') >= 0 && !canonical.equals(text))
        .map(
            canonical ->
                "IPv6 CIDR value \""
                    + text
                    + "\" should be in RFC 5952 canonical format (\""
                    + canonical
                    + "\")");
  }

  /** Whether a text may be read as an address. */
  public static boolean isAddress(String text) {
    return parse(text).isPresent();
  }

  /** Whether a range has all of another and more; false where either is none. */
  public static boolean isWithin(String inner, String outer) {
    var part = range(inner);
    var whole = range(outer);
    if (part.isEmpty() || whole.isEmpty()) {
      return false;
    }
    var bytes = part.get().address.bytes;
    return bytes.length == whole.get().address.bytes.length
        && whole.get().bits < part.get().bits
        && text(masked(new Range(part.get().address, whole.get().bits, false)))
            .equals(text(masked(whole.get())));
  }

  /** Whether two ranges are of one family; false where either is none. */
  public static boolean isSameFamily(String first, String second) {
    return range(first)
        .flatMap(
            one ->
                range(second).map(other -> one.address.bytes.length == other.address.bytes.length))
        .orElse(false);
  }

  private static Optional<Parsed> parse(String text) {
    if (IPV4.matcher(text).matches()) {
      return ipv4(text);
    }
    if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      return Optional.empty();
    }
    try {
      var address = InetAddress.ofLiteral(text);
      return Optional.of(new Parsed(address.getAddress(), false, address instanceof Inet4Address));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Parsed> ipv4(String text) {
    var bytes = new byte[IPV4_BYTES];
    boolean hasZeros = false;
    var parts = text.split("\\.", -1);
    for (int i = 0; i < IPV4_BYTES; i++) {
      int number = Integer.parseInt(parts[i]);
      if (number > 255) {
        return Optional.empty();
      }
      hasZeros |= parts[i].length() > 1 && parts[i].startsWith("0");
      bytes[i] = (byte) number;
    }
    return Optional.of(new Parsed(bytes, hasZeros, false));
  }

  private static Optional<Range> range(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !BITS.matcher(text.substring(slash + 1)).matches()) {
      return Optional.empty();
    }
    var digits = text.substring(slash + 1);
    int bits = Integer.parseInt(digits);
    return parse(text.substring(0, slash))
        .filter(address -> bits <= (address.isMapped ? 128 : address.bytes.length * 8))
        .map(address -> new Range(address, bits, digits.length() > 1 && digits.startsWith("0")));
  }

  private static byte[] masked(Range range) {
    var bytes = range.address.bytes.clone();
    for (int i = 0; i < bytes.length; i++) {
      int fixed = Math.clamp(range.bits - i * 8L, 0, 8);
      bytes[i] = (byte) (bytes[i] & (0xff << (8 - fixed)));
    }
    return bytes;
  }

  private static String text(byte[] bytes) {
    if (bytes.length > IPV4_BYTES) {
      return shortened(bytes);
    }
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are no address", e);
    }
  }

  /** An IPv6 address with its longest run of zeros left out. */
  private static String shortened(byte[] bytes) {
    var groups = new int[bytes.length / 2];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
