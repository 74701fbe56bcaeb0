package dev.nauarch.expression.library;

import java.util.Optional;

/**
 * A range of IP addresses: {@code 10.0.0.0/8}.
 *
 * @param address an address in it
 * @param prefixLength how many leading bits all its addresses share
 */
public record CidrBlock(IpAddress address, int prefixLength) {

  /** Reads a range; empty for text of another form. */
  public static Optional<CidrBlock> parse(String text) {
    var slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    var length = text.substring(slash + 1);
    var isNumber =
        !length.isEmpty()
            && length.length() <= 3
            && length.chars().allMatch(c -> c >= '0' && c <= '9')
            && (length.equals("0") || !length.startsWith("0"));
    if (!isNumber) {
      return Optional.empty();
    }
    return IpAddress.parse(text.substring(0, slash))
        .map(address -> new CidrBlock(address, Integer.parseInt(length)))
        .filter(block -> block.prefixLength <= block.address.length());
  }

  boolean contains(IpAddress other) {
    return other.family() == address.family()
        && other.prefix(prefixLength).equals(address.prefix(prefixLength));
  }

  boolean contains(CidrBlock other) {
    return other.prefixLength >= prefixLength && contains(other.address);
  }

  /** The range with the bits after the prefix at zero. */
  CidrBlock masked() {
    var rest = address.length() - prefixLength;
    var bits = address.bits().shiftRight(rest).shiftLeft(rest);
    return new CidrBlock(new IpAddress(address.family(), bits), prefixLength);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
